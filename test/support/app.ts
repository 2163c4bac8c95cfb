import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type App, openApp } from '../../plugin/app.js';
import { readConfig } from '../../plugin/config.js';
import { fileOf } from '../../plugin/database/database.js';
import type { EngineName } from '../../plugin/database/engine.js';
import type { Extension } from '../../plugin/extension.js';
import { createWeb } from '../../plugin/server.js';
import type { Viewer } from '../../plugin/viewing/viewer.js';
import { mailFileOf } from '../../plugin/mail-server/data-files.js';
import { operator } from '../../plugin/viewing/operator.js';
import { createMigratedDatabase } from './migrated-mariadb.js';
import { placeMigratedSqlite } from './migrated-sqlite.js';
import { temporaryFolder } from './processes.js';

/** The databases that stores and routes are tested on; `npm run test:unit` uses SQLite only. */
export const engines = (process.env['RELAIS_TEST_ENGINES'] ?? 'sqlite,mariadb').split(
  ',',
) as readonly EngineName[];

/** One of them, for what mail servers do with the rows of the views, which are the same on each. */
export const oneEngine = engines.slice(0, 1);

export interface TestApp extends App {
  /** The operator at the command line, who may do everything. */
  readonly operator: Viewer;
  /** Closes the app and deletes its data. */
  remove(): Promise<void>;
}

/**
 * An app on a migrated database without rows.
 *
 * @param folder for its data.
 */
export async function openTestApp(
  engine: EngineName,
  env: Readonly<Record<string, string>> = {},
  folder = temporaryFolder('app'),
): Promise<TestApp> {
  const database = engine === 'mariadb' ? await createMigratedDatabase() : undefined;
  const config = readConfig(
    { data: join(folder, 'data'), ...(database && { database: database.url }), port: '0' },
    { RELAIS_LOG_LEVEL: 'silent', ...env },
  );
  const panelFile = fileOf(config.database);
  if (panelFile !== undefined) {
    await placeMigratedSqlite({ panelFile, mailFile: mailFileOf(config) });
  }
  const app = await openApp(config);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= app.close());
  return {
    ...app,
    operator: operator(app.manifest.permissions),
    close,
    async remove() {
      await close();
      await database?.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface TestWeb {
  /** The mount point, without a trailing slash. */
  readonly url: string;
  readonly extension: Extension;
  stop(): Promise<void>;
}

/** Serves an app over real HTTP. */
export async function startTestWeb(app: App): Promise<TestWeb> {
  const { server, extension } = await createWeb(app);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // A busy machine stalls for longer than the usual limit, and a visitor would use a connection that is being closed.
  server.keepAliveTimeout = 0;
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}${app.config.basePath.replace(/\/$/, '')}`,
    extension,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
