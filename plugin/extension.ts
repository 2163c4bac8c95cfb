import { Router } from 'express';
import { withToken } from './features/api-tokens/index.js';
import { addTokenRoutes } from './features/api-tokens/routes.js';
import { addAuditRoutes } from './features/audit/routes.js';
import { addDomainMailRoutes } from './features/domain-mail/routes.js';
import { addDomainRoutes } from './features/domains/routes.js';
import { addMailRoutes } from './features/mailboxes/routes.js';
import { addMessageApi } from './features/messages/api-routes.js';
import { addMessageRoutes } from './features/messages/routes.js';
import { addSettingsRoutes } from './features/settings/routes.js';
import { addSmtpServerRoutes } from './features/smtp-servers/routes.js';
import type { Features } from './features.js';
import type { Manifest } from './manifest.js';
import type { Database } from './database/database.js';
import type { PanelPlace } from './web/panel-url.js';
import type { Panel } from './panel/panel.js';
import { addExportRoutes } from './exports/routes.js';
import { loadAssets } from './web/assets.js';
import { errorPages, notFound } from './web/error-pages.js';
import { type Logger, logRequests } from './web/log.js';
import { ownLocations } from './web/own-locations.js';
import { Pages } from './web/pages.js';
import { problems } from './web/problems.js';
import { RouteTable } from './web/route-table.js';
import { neverStored, securityHeaders } from './web/security.js';
import { loadViews } from './web/views.js';

export interface ExtensionParts {
  readonly db: Database;
  readonly manifest: Manifest;
  readonly features: Features;
  readonly log: Logger;
  readonly config: PanelPlace;
}

/** The extension as one router that can be mounted under any path, with the routes that it answers. */
export interface Extension {
  readonly router: Router;
  readonly routes: RouteTable;
}

export function createExtension(panel: Panel, parts: ExtensionParts): Extension {
  const router = Router();
  const assets = loadAssets();
  const pages = new Pages({
    render: loadViews(),
    assets,
    place: parts.config,
    navigation: [...parts.manifest.navigation, ...panel.navigation],
  });

  router.use(logRequests(parts.log), securityHeaders(), ownLocations, assets.serve);
  const api = Router();
  router.use('/api', neverStored);
  router.use(api).use('/api', notFound, problems(parts.log));
  router.use(...panel.middleware);

  const routes = new RouteTable({
    pages: router,
    signedIn: panel.signedIn,
    api,
    withToken: withToken(parts.features.apiTokens),
    intake: parts.features.intake,
  });
  // Express tries them in this order, so what is asked for most comes first; `/domains/new` is no domain.
  addDomainMailRoutes(routes, pages, parts.features);
  addMailRoutes(routes, pages, { db: parts.db, ...parts.features });
  addSmtpServerRoutes(routes, pages, { db: parts.db, ...parts.features });
  panel.addRoutes(routes, pages);
  addDomainRoutes(routes, pages, { db: parts.db, ...parts.features });
  addMessageRoutes(routes, pages, { db: parts.db, ...parts.features });
  addMessageApi(routes, {
    ...parts.features,
    version: parts.manifest.version,
    publicUrl: parts.config.publicUrl,
  });
  addTokenRoutes(routes, pages, { db: parts.db, ...parts.features });
  addAuditRoutes(routes, pages, parts.db);
  addExportRoutes(routes, pages, parts.db);
  addSettingsRoutes(routes, pages, parts.features);

  router.use(notFound, errorPages(pages, parts.log));
  return { router, routes };
}
