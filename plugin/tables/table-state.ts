import { type QueryPair, queryOf, queryText } from '../web/query-text.js';
import { type FilterState, filterPairs, filtersIn } from './filter.js';
import type { Table } from './table.js';
import { foldText } from '../database/fold-text.js';

export const pageSizes = [25, 50, 100] as const;
const defaultSize = 50;
const mostWords = 6;
const longestSearch = 200;

/** Where a page starts: after or before a row, or at an end of the list. */
type Place =
  | { readonly at: 'start' }
  | { readonly at: 'end' }
  | { readonly at: 'after' | 'before'; readonly key: Cursor };

/** A row's values in the columns of the order. */
export type Cursor = readonly (string | number | null)[];

/** The state of a list in its URL. */
export interface TableState {
  /** As typed. */
  readonly search: string;
  /** Folded; each must match. */
  readonly words: readonly string[];
  readonly filters: FilterState;
  readonly sort: string;
  readonly direction: 'asc' | 'desc';
  readonly size: number;
  readonly place: Place;
}

/** Parses a URL's query. Invalid values fall back to defaults, so a list is never an error. */
export function parseTableState<Row>(
  table: Table<Row>,
  query: Readonly<Record<string, unknown>>,
): TableState {
  const search = queryText(query['q']).slice(0, longestSearch);
  const sortable = table.columns.find(
    (column) => column.key === query['sort'] && column.sortBy !== undefined,
  );
  const sort = sortable?.key ?? table.defaultSort;
  const preset = sortable === undefined ? (table.defaultDirection ?? 'asc') : 'asc';
  const direction = query['dir'] === 'asc' || query['dir'] === 'desc' ? query['dir'] : preset;
  return {
    search,
    words: search === '' ? [] : wordsIn(search),
    filters: filtersIn(table, query),
    sort,
    direction,
    size: pageSizes.find((size) => String(size) === query['size']) ?? defaultSize,
    place: placeIn(query, { length: orderOf(table, sort).length, nulls: mayBeNull(table, sort) }),
  };
}

/** The query of the list with changes; a new order or search starts at the first page. */
export function tableQuery<Row>(
  table: Table<Row>,
  state: TableState,
  change: Partial<TableState>,
): string {
  const next = { ...state, place: { at: 'start' } satisfies Place, ...change };
  return `?${queryOf([
    ...(next.search === '' ? [] : [['q', next.search] as const]),
    ...filterPairs(next.filters),
    ...keptOf(table, next),
    ...placePairs(next.place),
  ])}`;
}

function placePairs(place: Place): readonly QueryPair[] {
  switch (place.at) {
    case 'start':
      return [];
    case 'end':
      return [['before', 'end']];
    case 'after':
    case 'before':
      return [[place.at, encodeCursor(place.key)]];
  }
}

/** Parameters that searching and filtering keep: the order and the page size, unless they are the defaults. */
export function keptOf<Row>(
  table: Table<Row>,
  { sort, direction, size }: TableState,
): readonly QueryPair[] {
  const isFirst = sort === table.defaultSort && direction === (table.defaultDirection ?? 'asc');
  return [
    ...(isFirst ? [] : [['sort', sort] as const, ['dir', direction] as const]),
    ...(size === defaultSize ? [] : [['size', String(size)] as const]),
  ];
}

/** The query that a form submits as one text. */
export function queryIn(text: unknown): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(typeof text === 'string' ? text : ''));
}

/** The database columns of a sort column's order. */
export function orderOf<Row>(table: Table<Row>, sort: string): readonly string[] {
  return table.columns.find((column) => column.key === sort)?.sortBy ?? [];
}

/** Whether the first database column of a sort column's order may be NULL. */
export function mayBeNull<Row>(table: Table<Row>, sort: string): boolean {
  return table.columns.find((column) => column.key === sort)?.mayBeNull === true;
}

function wordsIn(search: string): readonly string[] {
  return foldText(search)
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, mostWords);
}

function placeIn(
  query: Readonly<Record<string, unknown>>,
  { length, nulls }: { readonly length: number; readonly nulls: boolean },
): Place {
  if (query['before'] === 'end') {
    return { at: 'end' };
  }
  for (const at of ['after', 'before'] as const) {
    const key = decodeCursor(queryText(query[at]));
    if (key?.length === length && key.indexOf(null) <= (nulls ? 0 : -1) && !key.includes(null, 1)) {
      return { at, key };
    }
  }
  return { at: 'start' };
}

function encodeCursor(key: Cursor): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

function decodeCursor(text: string): Cursor | undefined {
  if (text === '') {
    return undefined;
  }
  try {
    const key: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return isCursor(key) ? key : undefined;
  } catch {
    return undefined;
  }
}

function isCursor(key: unknown): key is Cursor {
  return (
    Array.isArray(key) &&
    key.every((part) => typeof part === 'string' || typeof part === 'number' || part === null)
  );
}
