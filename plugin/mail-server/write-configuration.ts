import { chmodSync, chownSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { postfixGroup } from './mail-file.js';
import type { ConfigurationFiles } from './render.js';

/** What may hold a database password. Postfix's services read it as the group `postfix`. */
const confidential = /^postfix\/maps\/|^dovecot\/users/;

/** Writes each file whole or not at all. */
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
    // Whatever the umask is: Postfix's commands read main.cf as whoever runs them.
    chmodSync(unfinished, confidential.test(path) ? 0o640 : 0o644);
    renameSync(unfinished, file);
  }
}
