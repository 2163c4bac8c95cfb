import type { MailServerOptions } from '../options.js';
import { textsOf } from '../sources/source.js';

/** Dovecot's SQL configuration: who may log in, and where mail is stored. */
export function usersConf({ maps, target }: MailServerOptions): string {
  return `# Written by Relais.
${textsOf(maps, target).dovecot}
default_pass_scheme = ARGON2ID
password_query = SELECT address AS user, password_hash AS password FROM dovecot_users \\
  WHERE lookup_key = '%u' AND ('%s' <> 'imap' OR imap = 1) AND ('%s' <> 'pop3' OR pop3 = 1)
user_query = SELECT address AS user, mail_folder, quota_rule FROM dovecot_users WHERE lookup_key = '%u'
iterate_query = SELECT DISTINCT address AS user FROM dovecot_users
`;
}
