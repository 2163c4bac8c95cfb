import type { Database } from '../../database/database.js';
import { addExportedTable } from '../../exports/exported-table.js';
import { addActions } from '../../previews/routes.js';
import type { List } from '../../tables/list.js';
import type { Pages } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import { addConfirmationRoutes } from './confirmation-routes.js';
import type { SmtpFeatures } from './create.js';
import { addServerForms } from './form-routes.js';
import { addServiceRoutes } from './service-routes.js';
import { type ServerListRow, smtpServerTable } from './table.js';
import { addTrialRoutes } from './trial-routes.js';

/** The pages of SMTP servers, of their confirmation, and of the services that send through them. */
export function addSmtpServerRoutes(
  routes: RouteTable,
  pages: Pages,
  parts: SmtpFeatures & { readonly db: Database },
): void {
  const list: List<ServerListRow> = {
    path: '/smtp-servers',
    permission: 'smtp-servers.view',
    table: smtpServerTable,
    offered: parts.actionsOnServers,
    around: async () => ({
      content: { add: { path: '/smtp-servers/new', permission: 'smtp-servers.manage' } },
    }),
  };
  addExportedTable(routes, { db: parts.db, pages }, list);
  addActions(routes, { pages, previews: parts.previews }, list, parts.actionsOnServers);
  addServerForms(routes, pages, parts);
  addConfirmationRoutes(routes, pages, parts);
  addTrialRoutes(routes, pages, parts);
  addServiceRoutes(routes, pages, parts.sendingServices);
}
