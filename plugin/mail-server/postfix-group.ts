import { execFileSync } from 'node:child_process';

/** Postfix's group, if it exists and this process may give files to it. */
export function postfixGroup(): number | undefined {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  try {
    const entry = execFileSync('getent', ['group', 'postfix'], { encoding: 'utf8', stdio: 'pipe' });
    return Number(entry.split(':')[2]);
  } catch {
    return undefined;
  }
}
