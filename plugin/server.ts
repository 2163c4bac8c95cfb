import type { Server } from 'node:http';
import express from 'express';
import type { App } from './app.js';
import { type Extension, createExtension } from './extension.js';
import { type Installation, fromEach } from './feature.js';
import { healthRoutes } from './web/health.js';
import { securityHeaders } from './web/security.js';
import { serverFor } from './web/server.js';

/** Creates the server without listening: hosts of the extension's own, health checks, and the extension under its path. */
export async function createWeb(
  app: App,
): Promise<{ readonly server: Server; readonly extension: Extension }> {
  const web = express();
  web.disable('x-powered-by');
  web.disable('etag');
  web.set('trust proxy', app.config.trustProxy);
  web.set('query parser', 'simple');

  const extension = await createExtension(app.panel, app);
  extension.hosts.forEach((host) => web.use(host));
  web.use(healthRoutes(app, () => complaintsOf(app)));
  web.use(app.config.basePath, extension.router);
  web.use(securityHeaders(), (_req, res) => {
    res.status(404).type('text/plain').send('not found\n');
  });
  return { server: serverFor(web), extension };
}

async function complaintsOf({ config, registered }: Installation): Promise<readonly string[]> {
  return (await fromEach(registered, (each) => each.complaints?.(config))).flat();
}
