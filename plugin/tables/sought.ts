import type { Params } from '../database/prepared-shapes.js';
import { type Scope, scopeColumn } from '../viewing/scope.js';
import type { ListBounds, Listing } from './listing.js';
import type { Candidates } from './search-index.js';
import type { SetFilter } from './table-filters.js';

/** The rows of a query: what its SQL depends on, and its values. */
export interface Sought {
  readonly scope: Scope;
  readonly candidates: Candidates;
  readonly filters: readonly SetFilter[];
  /** Whether the rows of all parents are meant. */
  readonly isAcross: boolean;
  /** The keys of the columns to read; all if left out. */
  readonly columns: readonly string[] | undefined;
  readonly values: Params;
}

export function soughtIn(
  { scope, parent = 0, columns }: ListBounds & Pick<Listing, 'columns'>,
  candidates: Candidates,
  filters: readonly SetFilter[] = [],
): Sought {
  return {
    scope,
    candidates,
    filters,
    isAcross: parent === 'every',
    columns,
    values: {
      accountId: scopeColumn(scope)?.accountId ?? 0,
      parentId: parent === 'every' ? 0 : parent,
      ids: candidates.kind === 'ids' ? JSON.stringify(candidates.ids) : '',
      ...Object.fromEntries(candidates.words.map((word, index) => [`word${index}`, word])),
      ...Object.fromEntries(filters.flatMap(namedValues)),
    },
  };
}

/** Identifies the SQL of a query of a table. */
export function shapeOf({
  scope,
  candidates,
  filters,
  isAcross,
  columns,
}: Sought): readonly unknown[] {
  return [
    scope.kind,
    isAcross,
    candidates.kind,
    candidates.shape,
    columns?.join(' '),
    ...filters.map(
      ({ filter, compare, values, isCommon }) =>
        `${filter.key} ${compare} ${values.length} ${isCommon}`,
    ),
  ];
}

/** The placeholder's name for a filter's value. */
export function valueName({ filter, compare }: SetFilter, index: number): string {
  return `filter ${filter.key} ${compare} ${index}`;
}

function namedValues(set: SetFilter): (readonly [string, string | number])[] {
  return set.values.map((value, index) => [valueName(set, index), value] as const);
}
