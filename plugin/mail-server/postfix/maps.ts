import type { MapSource } from '../options.js';
import { textsOf } from '../sources/source.js';
import { type MailView, mailViewNames } from '../views.js';
import { commandQuery, commandRows } from './commands.js';

/** Uses proxymap(8), so that Postfix's many processes share few database connections. */
export function mapName(
  maps: MapSource,
  target: string,
  view: MailView | typeof commandRows,
): string {
  const { mapType } = textsOf(maps, target);
  // postmap(1) and Postfix read a relative path as the prefix of main.cf parameters.
  return `proxy:${mapType}:${target}/postfix/maps/${view}.cf`;
}

/** Postfix's look-up tables and the files they need, by their path below the target. */
export function mapFiles(
  maps: MapSource,
  target: string,
): readonly (readonly [path: string, text: string])[] {
  const source = textsOf(maps, target);
  const file = (name: string, query: string): [string, string] => [
    `postfix/maps/${name}.cf`,
    `${source.postfix}query = ${query}\n`,
  ];
  return [
    ...mailViewNames
      .filter((view) => view.startsWith('postfix_') && view !== 'postfix_canonical')
      .map((view) => file(view, `SELECT result FROM ${view} WHERE lookup_key = '%s'`)),
    file(commandRows, commandQuery),
    ...source.files,
  ];
}
