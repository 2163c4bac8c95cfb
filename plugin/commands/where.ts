import type { Command } from 'commander';
import type { Database } from '../database/database.js';
import { StartError } from '../errors.js';
import { conditionsIn } from '../tables/conditions.js';
import { FilterRefusals } from '../tables/filter-refusals.js';
import type { FilterState } from '../tables/filter.js';
import type { Table } from '../tables/table.js';
import type { Scope } from '../viewing/scope.js';
import type { Language } from '../web/locale.js';

/** Adds `--where` for the filters of a list. */
export function addWhere(list: Command): Command {
  return list.option(
    '--where <key=value>',
    'only rows that match; separate several values with commas, repeat the option for several keys; ranges are key>=value and key<=value',
    (given: string, before: readonly string[]) => [...before, given],
    [],
  );
}

/** @throws {StartError} for an unknown filter or option, or a name that matches nothing or too much. */
export async function filtersWhere<Row extends object>(
  table: Table<Row>,
  given: readonly string[],
  {
    db,
    scope,
    language,
  }: { readonly db: Database; readonly scope: Scope; readonly language: Language },
): Promise<FilterState> {
  const { filters, wrong } = conditionsIn(table, given);
  for (const { text, takes } of wrong) {
    throw new StartError(`--where takes ${takes}, not “${text}”.`);
  }
  const [refusal] = Object.entries(await new FilterRefusals(db, table).of(scope, filters));
  if (refusal !== undefined) {
    const [key, error] = refusal;
    throw new StartError(`--where ${key}: ${language.t(error.key, error.args)}`);
  }
  return filters;
}
