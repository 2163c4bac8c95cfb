import type { Database } from '../../database/database.js';
import type { DomainStore } from '../../panel/directory/domain-store.js';
import { addExportedTable } from '../../exports/exported-table.js';
import type { Pages } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { ShownStep } from '../overview/index.js';
import { domainTable } from './table.js';

interface Parts {
  readonly db: Database;
  readonly domains: DomainStore;
  readonly beforeDomains: (viewer: Viewer) => Promise<ShownStep | undefined>;
}

export function addDomainRoutes(routes: RouteTable, pages: Pages, parts: Parts): void {
  const { db, domains, beforeDomains } = parts;
  const add = { path: '/domains/new', permission: 'domains.manage' };
  const around = async () => ({ content: pages.has(add.path) ? { add } : {} });
  addExportedTable(
    routes,
    { db, pages },
    {
      path: '/domains',
      permission: 'domains.view',
      table: domainTable,
      around,
      first: (req) => beforeDomains(req.viewer),
    },
  );

  // `/domains/new` is no domain.
  routes.getLast('/domains/:domain', 'domain-mail.view', async (req, res) => {
    const { name } = await domains.require(req.viewer.scope, String(req.params['domain']));
    res.redirect(303, `${req.baseUrl}/domains/${name}/mail-settings`);
  });
}
