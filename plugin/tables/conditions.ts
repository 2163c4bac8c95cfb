import { type Filter, filtersIn, isTyped } from './filter.js';
import type { FilterState } from './filter.js';
import { endKey, rangeUsage } from './range.js';
import type { AnyTable } from './table.js';

/** Conditions as people and programs write them, such as `owner=dupont` or `quota>=1GB`. */
export interface ReadConditions {
  readonly filters: FilterState;
  /** The place of each filter's condition, by the filter's key. */
  readonly places: ReadonlyMap<string, number>;
  /** Those that are none, with what could stand there. */
  readonly wrong: readonly WrongCondition[];
}

interface WrongCondition {
  readonly place: number;
  readonly text: string;
  readonly takes: string;
}

/** Reads conditions into the state of a list's filters; names are not looked up. */
export function conditionsIn(table: AnyTable, given: readonly string[]): ReadConditions {
  const { filters = [] } = table;
  const query = new Map<string, string>();
  const places = new Map<string, number>();
  const wrong: WrongCondition[] = [];
  given.forEach((text, place) => {
    const read = conditionIn(text, filters);
    if ('takes' in read || query.has(read.name)) {
      const takes = 'takes' in read ? read.takes : `each of ${read.name} once`;
      wrong.push({ place, text, takes });
      return;
    }
    query.set(read.name, read.value);
    places.set(read.filter.key, place);
  });
  return { filters: filtersIn(table, Object.fromEntries(query)), places, wrong };
}

/** A condition, or what could stand in its place. */
type Read =
  | { readonly filter: Filter; readonly name: string; readonly value: string }
  | { readonly takes: string };

function conditionIn(text: string, filters: readonly Filter[]): Read {
  const [, key, sign, value = ''] = /^([^<>=]*)(>=|<=|=)(.*)$/s.exec(text) ?? [];
  const filter = filters.find((known) => known.key === key);
  if (filter === undefined) {
    return { takes: filters.map(usageOf).join(', ') };
  }
  const isRange = filter.kind === 'range';
  if (isRange !== (sign !== '=') || !isValueOf(filter, value)) {
    return { takes: usageOf(filter) };
  }
  const name = isRange ? endKey(filter, sign === '>=' ? 'from' : 'to') : filter.key;
  return { filter, name, value };
}

function usageOf(filter: Filter): string {
  if (filter.kind === 'range') {
    return rangeUsage(filter);
  }
  return isTyped(filter)
    ? `${filter.key}=NAME`
    : `${filter.key}=${Object.keys(filter.options).join('|')}`;
}

function isValueOf(filter: Filter, value: string): boolean {
  if (isTyped(filter)) {
    return value.trim() !== '';
  }
  const wanted = value.split(',');
  const isKnown = wanted.every((option) => Object.hasOwn(filter.options, option));
  return isKnown && (filter.kind === 'several' || wanted.length === 1);
}
