import type { Database } from '../../database/database.js';
import { addExportedTable } from '../../exports/exported-table.js';
import type { Table } from '../../tables/table.js';
import type { Pages } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import type { EntryRow } from './entry.js';

export function addAuditRoutes(
  routes: RouteTable,
  pages: Pages,
  { db, auditTable }: { readonly db: Database; readonly auditTable: Table<EntryRow> },
): void {
  const list = { path: '/audit', permission: 'audit.view', table: auditTable };
  addExportedTable(routes, { db, pages }, list);
}
