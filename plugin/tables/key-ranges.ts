import type { Knex } from 'knex';
import type { Value } from '../database/prepared-shapes.js';

/** The rows of an order, from its start or after a key. */
export interface KeyRange {
  readonly order: readonly string[];
  readonly way: 'asc' | 'desc';
  /** The number of values in the key; 0 at the start. */
  readonly keyLength: number;
}

/**
 * The ranges after a key: rows with the same first value and a later second one, then rows with a later first value.
 * Half of all rows may have the same value, so each must be a range of the index: some engines find both as
 * alternatives of one query, others as parts of a union.
 *
 * @returns for each range, how many of the key's values are equal; the next one is later.
 */
export function startsOf({ keyLength }: KeyRange): readonly number[] {
  return Array.from({ length: keyLength }, (_none, index) => keyLength - 1 - index);
}

/** The rows of some of those ranges, in their order. */
export function inRanges(
  query: Knex.QueryBuilder,
  {
    order,
    way,
    starts,
    value,
  }: Omit<KeyRange, 'keyLength'> & { readonly starts: readonly number[]; readonly value: Value },
): Knex.QueryBuilder {
  if (starts.length > 0) {
    query.where((ranges) => {
      for (const same of starts) {
        ranges.orWhere((range) => beginAt(range, { order, way, same, value }));
      }
    });
  }
  for (const column of order) {
    query.orderBy(column, way);
  }
  return query;
}

function beginAt(
  range: Knex.QueryBuilder,
  {
    order,
    way,
    same,
    value,
  }: Omit<KeyRange, 'keyLength'> & { readonly same: number; readonly value: Value },
): void {
  const further = way === 'asc' ? '>' : '<';
  for (const [index, column] of order.slice(0, same + 1).entries()) {
    range.where(column, index < same ? '=' : further, value(`key${index}`));
  }
}
