import type { Database } from '../../database/database.js';
import { tablePage } from '../../tables/table-page.js';
import type { Pages } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import { auditTable } from './table.js';

export function addAuditRoutes(routes: RouteTable, pages: Pages, db: Database): void {
  routes.get('/audit', 'audit.view', tablePage(db, pages, auditTable));
}
