import type { MariadbSource } from '../options.js';
import type { SourceTexts } from './source.js';

/** Options of MariaDB's client library for Postfix and Dovecot, which have no setting for it: keys are in UTF-8. */
const clientOptions = ['mysql-client.cnf', '[client]\ndefault-character-set = utf8mb4\n'] as const;

export function mariadbSource(
  { server, database, user, password }: MariadbSource,
  target: string,
): SourceTexts {
  const [options] = clientOptions;
  const [postfixHost, dovecotHost] =
    'socket' in server
      ? [`unix:${server.socket}`, `host=${server.socket}`]
      : [`inet:${server.host}:${server.port}`, `host=${server.host} port=${server.port}`];
  return {
    mapType: 'mysql',
    postfix: `hosts = ${postfixHost}
dbname = ${database}
user = ${user}
password = ${password}
option_file = ${target}/${options}
`,
    dovecot: `driver = mysql
connect = ${dovecotHost} dbname=${database} user=${user} password=${password} \\
  option_file=${target}/${options}`,
    files: [clientOptions],
  };
}
