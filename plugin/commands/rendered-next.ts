import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { MailServerOptions } from '../mail-server/options.js';

/** What is left to do on a mail host once its configuration is written, as commands for a root shell. */
export function nextSteps({ target, storage, tls }: MailServerOptions): string {
  const postfix = join(target, 'postfix');
  const dovecot = join(target, 'dovecot', 'dovecot.conf');
  const { folder, uid, gid } = storage;
  return [
    'Next, on the mail host, as root:',
    ...(existsSync(folder) ? [] : [`  install -d -m 700 -o ${uid} -g ${gid} ${folder}`]),
    `  postfix -c ${postfix} start`,
    `  dovecot -c ${dovecot}`,
    'or, if they run already:',
    `  postfix -c ${postfix} reload`,
    `  doveadm -c ${dovecot} reload`,
    ...(tls === undefined
      ? [
          'Without --tls-cert and --tls-key, mail programs send passwords unencrypted, and phones warn or refuse.',
        ]
      : []),
    '',
  ].join('\n');
}
