import type { MailServerOptions } from '../options.js';
import { clientOptions } from '../postfix/maps.js';

/** Dovecot's SQL configuration: who may log in, and where their mail is. */
export function usersConf({ maps, target }: MailServerOptions): string {
  return `# Written by Relais.
${connection(maps, target)}
default_pass_scheme = ARGON2ID
password_query = SELECT address AS user, password_hash AS password FROM dovecot_users \\
  WHERE lookup_key = '%u' AND ('%s' <> 'imap' OR imap = 1) AND ('%s' <> 'pop3' OR pop3 = 1)
user_query = SELECT address AS user, mail_folder, quota_rule FROM dovecot_users WHERE lookup_key = '%u'
iterate_query = SELECT DISTINCT address AS user FROM dovecot_users
`;
}

function connection(maps: MailServerOptions['maps'], target: string): string {
  if (maps.engine === 'sqlite') {
    return `driver = sqlite\nconnect = ${maps.file}`;
  }
  const server =
    'socket' in maps.server
      ? `host=${maps.server.socket}`
      : `host=${maps.server.host} port=${maps.server.port}`;
  return `driver = mysql
connect = ${server} dbname=${maps.database} user=${maps.user} password=${maps.password} \\
  option_file=${target}/${clientOptions.path}`;
}
