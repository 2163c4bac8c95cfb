import type { Column } from './table.js';

/** A time that every row has, as a sortable column. */
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
