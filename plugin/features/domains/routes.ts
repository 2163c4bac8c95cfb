import type { Database } from '../../database/database.js';
import { tablePage } from '../../tables/table-page.js';
import type { Pages } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import { domainTable } from './table.js';

export function addDomainRoutes(routes: RouteTable, pages: Pages, db: Database): void {
  routes.get('/', 'preferences.change', (req, res) => {
    const home = req.viewer.permissions.has('domains.view') ? '/domains' : '/mailbox';
    res.redirect(303, req.baseUrl + home);
  });

  const add = { path: '/domains/new', permission: 'domains.manage' };
  routes.get(
    '/domains',
    'domains.view',
    tablePage(db, pages, domainTable, async () => ({ content: { add } })),
  );

  routes.get('/domains/:domain', 'domain-mail.view', (req, res) => {
    res.redirect(303, `${req.baseUrl}/domains/${String(req.params['domain'])}/mail-settings`);
  });
}
