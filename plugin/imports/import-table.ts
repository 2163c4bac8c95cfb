import type { AnyTable } from '../tables/table.js';
import { importList } from './imports.js';

/** The lines of files: what their previews are about. No page lists them. */
export const importTable: AnyTable = {
  key: importList,
  columns: [{ key: 'line', sortBy: ['import_lines.id'], cell: () => ({ text: '' }) }],
  defaultSort: 'line',
  from: (db) => db('import_lines'),
  countFrom: (db) => db('import_lines'),
};
