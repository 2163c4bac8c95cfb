import type { Command } from 'commander';
import type { Database } from '../database/database.js';
import { StartError } from '../errors.js';
import { FilterRefusals } from '../tables/filter-refusals.js';
import { type Filter, type FilterState, filtersIn, isTyped } from '../tables/filter.js';
import { endKey, rangeUsage } from '../tables/range.js';
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
  const query = given.map((each) => conditionIn(each, table.filters ?? []));
  const state = filtersIn(table, Object.fromEntries(query));
  const [refusal] = Object.entries(await new FilterRefusals(db, table).of(scope, state));
  if (refusal !== undefined) {
    const [key, error] = refusal;
    throw new StartError(`--where ${key}: ${language.t(error.key, error.args)}`);
  }
  return state;
}

function conditionIn(
  text: string,
  filters: readonly Filter[],
): readonly [key: string, value: string] {
  const [, key, sign, value = ''] = /^([^<>=]*)(>=|<=|=)(.*)$/s.exec(text) ?? [];
  const filter = filters.find((known) => known.key === key);
  if (filter === undefined) {
    throw new StartError(`--where takes ${filters.map(usageOf).join(', ')}, not “${text}”.`);
  }
  if ((filter.kind === 'range') !== (sign !== '=')) {
    throw new StartError(`--where takes ${usageOf(filter)}, not “${text}”.`);
  }
  assertOptions(filter, value);
  return [
    filter.kind === 'range' ? endKey(filter, sign === '>=' ? 'from' : 'to') : filter.key,
    value,
  ];
}

function usageOf(filter: Filter): string {
  if (filter.kind === 'range') {
    return rangeUsage(filter);
  }
  return isTyped(filter)
    ? `${filter.key}=NAME`
    : `${filter.key}=${Object.keys(filter.options).join('|')}`;
}

function assertOptions(filter: Filter, value: string): void {
  if (isTyped(filter)) {
    if (value.trim() === '') {
      throw new StartError(`--where takes ${usageOf(filter)}.`);
    }
    return;
  }
  const wanted = value.split(',');
  const isKnown = wanted.every((option) => Object.hasOwn(filter.options, option));
  if (!isKnown || (filter.kind === 'choice' && wanted.length > 1)) {
    throw new StartError(`--where takes ${usageOf(filter)}, not “${filter.key}=${value}”.`);
  }
}
