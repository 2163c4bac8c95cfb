import type { Knex } from 'knex';
import type { Value } from '../database/prepared-shapes.js';

/** The rows of an order, from its start or after a key. */
export interface KeyRange {
  readonly order: readonly string[];
  readonly way: 'asc' | 'desc';
  /** Which of the key's values are NULL; empty at the start. */
  readonly key: readonly KeyPart[];
  /** Whether the first column may be NULL, which is lower than any value on every engine. */
  readonly hasNulls: boolean;
}

type KeyPart = 'value' | 'null';

/** Rows that have the key's first `same` values, and a later next one; or, after all values, those without one. */
interface Start {
  readonly same: number;
  readonly isNull: boolean;
}

/**
 * The ranges after a key: rows with the same first value and a later second one, then rows with a later first value.
 * Half of all rows may have the same value, so each must be a range of the index: some engines find both as
 * alternatives of one query, others as parts of a union.
 */
export function startsOf({ key, way, hasNulls }: Omit<KeyRange, 'order'>): readonly Start[] {
  const starts = key
    .map((_part, index) => ({ same: key.length - 1 - index, isNull: false }))
    // Nothing is lower than NULL.
    .filter(({ same }) => way === 'asc' || key[same] !== 'null');
  const nullsFollow = hasNulls && way === 'desc' && key[0] === 'value';
  return nullsFollow ? [...starts, { same: 0, isNull: true }] : starts;
}

type Ranges = Omit<KeyRange, 'hasNulls'> & { readonly value: Value };

/** The rows of some of those ranges, in their order. */
export function inRanges(
  query: Knex.QueryBuilder,
  { starts, ...ranges }: Ranges & { readonly starts: readonly Start[] },
): Knex.QueryBuilder {
  if (starts.length > 0) {
    query.where((alternatives) => {
      for (const start of starts) {
        alternatives.orWhere((range) => beginAt(range, ranges, start));
      }
    });
  }
  for (const column of ranges.order) {
    query.orderBy(column, ranges.way);
  }
  return query;
}

function beginAt(range: Knex.QueryBuilder, { order, way, key, value }: Ranges, start: Start): void {
  for (const [index, column] of order.slice(0, start.same).entries()) {
    if (key[index] === 'null') {
      range.whereNull(column);
    } else {
      range.where(column, '=', value(`key${index}`));
    }
  }
  const next = order[start.same] ?? '';
  if (start.isNull) {
    range.whereNull(next);
  } else if (key[start.same] === 'null') {
    range.whereNotNull(next);
  } else {
    range.where(next, way === 'asc' ? '>' : '<', value(`key${start.same}`));
  }
}
