import type { MapSource } from '../options.js';
import { type MailView, mailViewNames } from '../views.js';
import { commandQuery, commandRows } from './commands.js';

/** Postfix asks proxymap(8), so that its many processes share few database connections. */
export function mapName(
  maps: MapSource,
  target: string,
  view: MailView | typeof commandRows,
): string {
  const type = maps.engine === 'sqlite' ? 'sqlite' : 'mysql';
  // postmap(1) and Postfix read a relative path as the prefix of main.cf parameters.
  return `proxy:${type}:${target}/postfix/maps/${view}.cf`;
}

/** What MariaDB's client library reads, for Postfix and Dovecot, which have no setting for it: keys are in UTF-8. */
export const clientOptions = {
  path: 'mysql-client.cnf',
  text: '[client]\ndefault-character-set = utf8mb4\n',
};

/** The look-up tables that Postfix opens, by their path below the target. */
export function mapFiles(maps: MapSource, target: string): [path: string, text: string][] {
  const connection =
    maps.engine === 'sqlite' ? `dbpath = ${maps.file}\n` : mysqlConnection(maps, target);
  const file = (name: string, query: string): [string, string] => [
    `postfix/maps/${name}.cf`,
    `${connection}query = ${query}\n`,
  ];
  return [
    ...mailViewNames
      .filter((view) => view.startsWith('postfix_') && view !== 'postfix_canonical')
      .map((view) => file(view, `SELECT result FROM ${view} WHERE lookup_key = '%s'`)),
    file(commandRows, commandQuery),
  ];
}

function mysqlConnection(
  { server, database, user, password }: Extract<MapSource, { engine: 'mariadb' }>,
  target: string,
): string {
  const host = 'socket' in server ? `unix:${server.socket}` : `inet:${server.host}:${server.port}`;
  return `hosts = ${host}
dbname = ${database}
user = ${user}
password = ${password}
option_file = ${target}/${clientOptions.path}
`;
}
