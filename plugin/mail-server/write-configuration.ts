import { chmodSync, chownSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { postfixGroup } from './postfix-group.js';
import type { ConfigurationFiles } from './render.js';

/** Files that may contain a database password. Postfix's services read them as the group `postfix`. */
const confidential = /^postfix\/maps\/|^dovecot\/users/;

/** Writes each file atomically. */
export function writeConfiguration(target: string, files: ConfigurationFiles): void {
  const group = postfixGroup();
  for (const [path, text] of files) {
    const file = join(target, path);
    const unfinished = `${file}.new`;
    mkdirSync(dirname(file), { recursive: true, mode: 0o755 });
    writeFileSync(unfinished, text, { mode: 0o600 });
    if (group !== undefined) {
      chownSync(unfinished, 0, group);
    }
    // Whatever the umask: Postfix's commands read main.cf as the user who runs them.
    chmodSync(unfinished, confidential.test(path) ? 0o640 : 0o644);
    renameSync(unfinished, file);
  }
}
