import type { Column } from './table.js';

/** A moment that every row has, by which the list can be sorted. */
export function momentColumn<Row>(
  key: string,
  sortBy: readonly string[],
  at: (row: Row) => number,
): Column<Row> {
  return {
    key,
    kind: 'dateTime',
    sortBy,
    cell: (row, { dateTime }) => ({ text: dateTime(at(row)) }),
    value: at,
  };
}
