import { execFileSync } from 'node:child_process';

/** Once found: starting `getent` takes longer than opening a database. */
let known: number | undefined;

/** Postfix's group, if it exists and this process may give files to it. */
export function postfixGroup(): number | undefined {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  known ??= lookUp();
  return known;
}

function lookUp(): number | undefined {
  try {
    const entry = execFileSync('getent', ['group', 'postfix'], { encoding: 'utf8', stdio: 'pipe' });
    return Number(entry.split(':')[2]);
  } catch {
    return undefined;
  }
}
