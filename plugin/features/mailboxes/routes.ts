import type { Database } from '../../database/database.js';
import type { Pages } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import { addAliasRoutes } from './alias-routes.js';
import type { MailboxFeatures } from './create.js';
import { addMailboxRoutes } from './mailbox-routes.js';
import { addOwnMailboxRoutes } from './own-mailbox-routes.js';

/** The pages of mailboxes and aliases, and that of a mail user's own mailbox. */
export function addMailRoutes(
  routes: RouteTable,
  pages: Pages,
  parts: MailboxFeatures & { readonly db: Database },
): void {
  addMailboxRoutes(routes, pages, parts);
  addAliasRoutes(routes, pages, parts);
  addOwnMailboxRoutes(routes, pages, parts);
}
