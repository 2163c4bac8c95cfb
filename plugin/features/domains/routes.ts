import type { Database } from '../../database/database.js';
import type { Request } from 'express';
import type { DomainStore } from '../../panel/directory/domain-store.js';
import { addExportedTable } from '../../exports/exported-table.js';
import type { OfferedActions } from '../../previews/action.js';
import type { Previews } from '../../previews/previews.js';
import { addActions } from '../../previews/routes.js';
import type { List } from '../../tables/list.js';
import type { Pages } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { ShownStep } from '../overview/index.js';
import { type DomainListRow, domainTable } from './table.js';

interface Parts {
  readonly db: Database;
  readonly domains: DomainStore;
  readonly beforeDomains: (viewer: Viewer) => Promise<ShownStep | undefined>;
  readonly previews: Previews;
  readonly onDomains: () => Promise<OfferedActions>;
}

export async function addDomainRoutes(
  routes: RouteTable,
  pages: Pages,
  parts: Parts,
): Promise<void> {
  const { db, domains, beforeDomains, previews } = parts;
  const add = { path: '/domains/new', permission: 'domains.manage' };
  const around = async ({ viewer }: Request) => ({
    content: {
      ...(pages.has(add.path) && { add }),
      ...(mayImport(viewer) && { importPath: '/imports' }),
    },
  });
  const offered = await parts.onDomains();
  const list: List<DomainListRow> = {
    path: '/domains',
    permission: 'domains.view',
    table: domainTable,
    offered,
    around,
    first: (req) => beforeDomains(req.viewer),
  };
  addExportedTable(routes, { db, pages }, list);
  addActions(routes, { pages, previews }, list, offered);

  // `/domains/new` is no domain.
  routes.getLast('/domains/:domain', 'domain-mail.view', async (req, res) => {
    const { name } = await domains.require(req.viewer.scope, String(req.params['domain']));
    res.redirect(303, `${req.baseUrl}/domains/${name}/mail-settings`);
  });
}

function mayImport({ permissions }: Viewer): boolean {
  return (
    permissions.has('imports.use') &&
    ['domains.manage', 'mailboxes.manage', 'aliases.manage'].some((each) => permissions.has(each))
  );
}
