import type { Database } from '../../database/database.js';
import { addExportedTable } from '../../exports/exported-table.js';
import type { Pages } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import { addConfirmationRoutes } from './confirmation-routes.js';
import type { SmtpFeatures } from './create.js';
import { addServerForms } from './form-routes.js';
import { addServiceRoutes } from './service-routes.js';
import { smtpServerTable } from './table.js';
import { addTrialRoutes } from './trial-routes.js';

/** The pages of SMTP servers, of their confirmation, and of the services that send through them. */
export function addSmtpServerRoutes(
  routes: RouteTable,
  pages: Pages,
  parts: SmtpFeatures & { readonly db: Database },
): void {
  addExportedTable(
    routes,
    { db: parts.db, pages },
    {
      path: '/smtp-servers',
      permission: 'smtp-servers.view',
      table: smtpServerTable,
      offered: parts.actionsOnServers,
      around: async () => ({
        content: { add: { path: '/smtp-servers/new', permission: 'smtp-servers.manage' } },
      }),
    },
  );
  addServerForms(routes, pages, parts);
  addConfirmationRoutes(routes, pages, parts);
  addTrialRoutes(routes, pages, parts);
  addServiceRoutes(routes, pages, parts.sendingServices);
}
