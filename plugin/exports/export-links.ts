import type { Table } from '../tables/table.js';
import { type TableState, tableQuery } from '../tables/table-state.js';

/** An export as its menu offers it. Its text is `exports.formats.<name>`. */
export interface ExportLink {
  readonly name: string;
  readonly query: string;
}

const offered: readonly (readonly [name: string, options: Record<string, string>])[] = [
  ['xlsx', { format: 'xlsx' }],
  ['csv', { format: 'csv' }],
  ['csv-bom', { format: 'csv', bom: '1' }],
  ['pdf', { format: 'pdf' }],
];

/** All rows of the list as it is searched and ordered. */
export function exportLinks<Row>(table: Table<Row>, state: TableState): readonly ExportLink[] {
  return offered.map(([name, options]) => {
    const query = new URLSearchParams(tableQuery(table, state, {}));
    for (const [option, value] of Object.entries(options)) {
      query.set(option, value);
    }
    return { name, query: `?${query.toString()}` };
  });
}
