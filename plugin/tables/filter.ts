import type { Scope } from '../viewing/scope.js';
import type { Language } from '../web/locale.js';
import type { QueryPair } from '../web/query-text.js';
import type { Access } from '../web/route-table.js';
import type { AnyPickable } from './pickable.js';
import { type Measure, endKey, ends } from './range.js';
import type { Table } from './table.js';

interface Compared {
  /** The name in a URL and in `--where`. */
  readonly key: string;
  /** The key of its label. */
  readonly label: string;
  /** SQL of the compared value, part of every query of the table. */
  readonly sql: string;
  /**
   * Scopes in which an index leads to the rows, for a choice or a thing in the list's default order; in others, rows are
   * scanned.
   */
  readonly indexed?: readonly Scope['kind'][];
  /** Whether it is for the rows of all parents, which programs and the command line select, and no page shows. */
  readonly isAcrossParents?: boolean;
  /** Whether it looks at the parts of rows, in a table that has `parts`. */
  readonly isOfParts?: boolean;
}

interface Options extends Compared {
  /** Stored values by their names in a URL; functions for values that depend on the time. */
  readonly options: Readonly<Record<string, string | number | (() => number)>>;
  /** Options that most rows have: scanning the list meets them at once, while an index would require sorting. */
  readonly many?: readonly string[];
  readonly text: (option: string, language: Language) => string;
}

/** One of several values. */
interface OneFilter extends Options {
  readonly kind: 'choice';
  readonly compare?: '=' | 'like' | '>=';
}

/** One or more of several values, which only equality compares. */
interface SeveralFilter extends Options {
  readonly kind: 'several';
}

export type ChoiceFilter = OneFilter | SeveralFilter;

/** A thing picked by name and compared by ID. */
interface ThingFilter extends Compared {
  readonly kind: 'thing';
  readonly of: AnyPickable;
}

/** A typed text, such as the name of something that may no longer exist. */
interface TextFilter extends Compared {
  readonly kind: 'text';
  /** Suggests names, for those who may pick such things; others type. */
  readonly of?: AnyPickable;
  /** Whoever has it may use the filter; everybody if left out. */
  readonly permission?: Access;
  /** What is compared; undefined if the text is no such name. */
  stored(text: string): string | undefined;
  /** The key of the error when it is none, with `{text}`. */
  readonly invalid: string;
}

/** From one value to another, both included; either may be left out. */
export interface RangeFilter extends Compared {
  readonly kind: 'range';
  /** Dates are stored in ms since 1970. */
  readonly measure: Measure;
}

/** Narrows a list in addition to the search; declared once by its feature. */
export type Filter = ChoiceFilter | ThingFilter | TextFilter | RangeFilter;

/** Whether its values are typed rather than chosen from options. */
export function isTyped(filter: Filter): filter is ThingFilter | TextFilter | RangeFilter {
  return filter.kind === 'thing' || filter.kind === 'text' || filter.kind === 'range';
}

/** Values of filters: options, a typed text, or the typed end of a range. */
export type FilterState = Readonly<Record<string, readonly string[]>>;

const noFilters: FilterState = {};

export function isUnfiltered(filters: FilterState): boolean {
  return Object.keys(filters).length === 0;
}

const longestName = 320;

/** Parses a URL's query. Unknown filters and options are ignored. */
export function filtersIn<Row>(
  { filters = [] }: Table<Row>,
  query: Readonly<Record<string, unknown>>,
): FilterState {
  const set = filters
    .flatMap((filter) => keysOf(filter).map((key) => [key, valuesIn(filter, query[key])] as const))
    .filter(([, values]) => values.length > 0);
  return set.length === 0 ? noFilters : Object.fromEntries(set);
}

/** The names of a filter's values in a URL. */
export function keysOf(filter: Filter): readonly string[] {
  return filter.kind === 'range' ? ends.map((end) => endKey(filter, end)) : [filter.key];
}

function valuesIn(filter: Filter, sent: unknown): readonly string[] {
  if (sent === undefined) {
    return [];
  }
  const texts = [sent].flat().filter((each) => typeof each === 'string');
  if (isTyped(filter)) {
    const name = (texts[0] ?? '')
      .replaceAll(/\p{Cc}/gu, ' ')
      .trim()
      .slice(0, longestName);
    return name === '' ? [] : [name];
  }
  const wanted = new Set(texts.flatMap((text) => text.split(',')));
  const chosen = Object.keys(filter.options).filter((option) => wanted.has(option));
  return filter.kind === 'several' ? chosen : chosen.slice(0, 1);
}

/** The query that `filtersIn` reads. */
export function filterPairs(filters: FilterState): readonly QueryPair[] {
  return Object.entries(filters).map(([key, values]) => [key, values.join(',')]);
}

export function without(filters: FilterState, keys: readonly string[]): FilterState {
  return Object.fromEntries(Object.entries(filters).filter(([each]) => !keys.includes(each)));
}
