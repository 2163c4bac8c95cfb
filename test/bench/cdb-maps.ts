import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Knex } from 'knex';
import type { ConfigurationFiles } from '../../plugin/mail-server/render.js';
import { mailViewNames } from '../../plugin/mail-server/views.js';
import { programPath, requirePrograms } from '../support/packages.js';
import { temporaryFolder } from '../support/processes.js';

/**
 * For comparison, the same checks on compiled maps: no database look-up, and no epoch for Postfix to follow.
 *
 * @returns a function that rewrites a rendered configuration.
 */
export async function cdbMaps(
  db: Knex,
): Promise<(files: ConfigurationFiles) => ConfigurationFiles> {
  requirePrograms('/usr/lib/postfix/postfix-cdb.so');
  const folder = temporaryFolder('cdb');
  for (const view of mailViewNames.filter((name) => name.startsWith('postfix_'))) {
    await compile(db, view, join(folder, view));
  }
  const rewritten = (text: string): string =>
    text
      .replaceAll(/proxy:\w+:\S+\/(\w+)\.cf/g, `cdb:${folder}/$1`)
      .replaceAll(/\n  -o (?:always_bcc|max_use)=.*/g, '');
  return (files) => new Map([...files].map(([path, text]) => [path, rewritten(text)]));
}

async function compile(db: Knex, view: string, file: string): Promise<void> {
  const rows: { lookup_key: string; result: string }[] = await db(view).select(
    'lookup_key',
    'result',
  );
  const results = new Map<string, string[]>();
  for (const { lookup_key: key, result } of rows) {
    results.set(key, [...(results.get(key) ?? []), result]);
  }
  const lines = [...results].map(([key, values]) => `${key} ${values.join(',')}\n`);
  writeFileSync(file, lines.join(''));
  execFileSync(programPath('postmap'), [`cdb:${file}`]);
}
