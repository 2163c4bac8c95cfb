import type { Table } from '../tables/table.js';
import type { FileLink } from '../tables/list.js';
import { type TableState, tableQuery } from '../tables/table-state.js';

const offered: readonly (readonly [name: string, query: string])[] = [
  ['xlsx', 'format=xlsx'],
  ['csv', 'format=csv'],
  ['csv-bom', 'format=csv&bom=1'],
  ['pdf', 'format=pdf'],
];

/** All rows of the list as it is searched and ordered. */
export function exportLinks<Row>(table: Table<Row>, state: TableState): readonly FileLink[] {
  const listed = tableQuery(table, state, {});
  const start = listed === '?' ? listed : `${listed}&`;
  return offered.map(([name, query]) => ({ name, query: `${start}${query}` }));
}
