import type { Table } from '../tables/table.js';
import type { FileLink } from '../tables/list.js';
import { type TableState, tableQuery } from '../tables/table-state.js';

const offered: readonly (readonly [name: string, options: Record<string, string>])[] = [
  ['xlsx', { format: 'xlsx' }],
  ['csv', { format: 'csv' }],
  ['csv-bom', { format: 'csv', bom: '1' }],
  ['pdf', { format: 'pdf' }],
];

/** All rows of the list as it is searched and ordered. */
export function exportLinks<Row>(table: Table<Row>, state: TableState): readonly FileLink[] {
  return offered.map(([name, options]) => {
    const query = new URLSearchParams(tableQuery(table, state, {}));
    for (const [option, value] of Object.entries(options)) {
      query.set(option, value);
    }
    return { name, query: `?${query.toString()}` };
  });
}
