import type { Database } from '../../database/database.js';
import { addTable } from '../../tables/table-page.js';
import type { Pages } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import { auditTable } from './table.js';

export function addAuditRoutes(routes: RouteTable, pages: Pages, db: Database): void {
  const list = { path: '/audit', permission: 'audit.view', table: auditTable };
  addTable(routes, { db, pages }, list);
}
