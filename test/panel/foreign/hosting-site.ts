import { rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import express from 'express';
import {
  type Extension,
  type Installation,
  createExtension,
  openInstallation,
  readConfig,
} from '../../../plugin/index.js';
import { createMigratedDatabase } from '../../support/migrated-mariadb.js';
import { temporaryFolder } from '../../support/processes.js';
import { Visitor } from '../../support/visitor.js';
import { HostingPanel } from './hosting-panel.js';

export const mount = '/hosting/mail';

export interface HostingSite {
  readonly installation: Installation;
  readonly panel: HostingPanel;
  readonly extension: Extension;
  readonly url: string;
  /** Somebody who is signed in at the hosting panel; a stranger without a nick. */
  visitor(nick?: string): Promise<Visitor>;
  stop(): Promise<void>;
}

/** The hosting panel as a site, with the extension mounted in one part of it. */
export async function startHostingSite(engine: 'sqlite' | 'mariadb'): Promise<HostingSite> {
  const folder = temporaryFolder('hosting');
  const database = engine === 'mariadb' ? await createMigratedDatabase() : undefined;
  const config = readConfig(
    { data: join(folder, 'data'), ...(database && { database: database.url }) },
    { RELAIS_LOG_LEVEL: 'silent', RELAIS_BASE_PATH: `${mount}/` },
  );
  const registrations = new URL('hosting-registrations.ts', import.meta.url);
  const installation = await openInstallation(config, registrations.href);
  const panel = new HostingPanel(installation);
  const extension = await createExtension(panel, installation);

  const site = express();
  site.post('/login/:nick', panel.session, panel.login);
  site.get('/', (_req, res) => void res.send('The hosting panel'));
  site.use(mount, extension.router);
  const server = await listening(site);
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return {
    installation,
    panel,
    extension,
    url,
    async visitor(nick) {
      const stranger = new Visitor({ url });
      if (nick !== undefined) {
        await stranger.post(`/login/${nick}`);
      }
      return new Visitor({ url: url + mount }, stranger.cookies);
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await installation.close();
      await database?.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function listening(site: express.Express): Promise<Server> {
  return await new Promise((resolve) => {
    const server = site.listen(0, '127.0.0.1', () => resolve(server));
  });
}
