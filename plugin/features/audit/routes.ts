import type { Database } from '../../database/database.js';
import type { Table } from '../../tables/table.js';
import { addTable } from '../../tables/table-page.js';
import type { Pages } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import type { EntryRow } from './entry.js';

export function addAuditRoutes(
  routes: RouteTable,
  pages: Pages,
  { db, auditTable }: { readonly db: Database; readonly auditTable: Table<EntryRow> },
): void {
  const list = { path: '/audit', permission: 'audit.view', table: auditTable };
  addTable(routes, { db, pages }, list);
}
