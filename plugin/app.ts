import type { Server } from 'node:http';
import { dirname, join } from 'node:path';
import express from 'express';
import { type Config, prepareDataFolder } from './config.js';
import { Changes } from './changes/changes.js';
import { type Database, openDatabase } from './database/database.js';
import { migrate } from './database/migrate.js';
import { assertUsable } from './database/usable.js';
import { type Extension, createExtension } from './extension.js';
import { listenToPanel } from './features/domain-mail/panel-events.js';
import { keepMessagesInStep } from './features/messages/panel-events.js';
import { followOwners } from './features/smtp-servers/panel-events.js';
import { sealedKeyIds } from './features/smtp-servers/stored-secrets.js';
import { type FeatureParts, type Features, createFeatures } from './features.js';
import { assertKeys, keyFor, keysFor, prepareKeyFile } from './secrets/key-file.js';
import { Epoch } from './mail-server/epoch.js';
import { liveViews } from './mail-server/live-views.js';
import type { MailMaps } from './mail-server/mail-maps.js';
import { sqliteMailMaps } from './mail-server/sqlite-mail-maps.js';
import { type Manifest, loadManifest } from './manifest.js';
import { assertNode } from './runtime/node-version.js';
import { StandalonePanel } from './panel/standalone/standalone-panel.js';
import { publicUrl } from './web/panel-url.js';
import { lookupsComplaint } from './features/domain-mail/relay-lookups.js';
import { Secrets } from './secrets/secrets.js';
import { publicName } from './sending/client-name.js';
import { type Logger, createLog } from './web/log.js';
import { healthRoutes } from './web/health.js';
import { Intake } from './web/intake.js';
import { securityHeaders } from './web/security.js';
import { serverFor } from './web/server.js';

/** All the parts of a running Relais, joined once. */
export interface App {
  readonly config: Config;
  readonly manifest: Manifest;
  readonly log: Logger;
  readonly db: Database;
  readonly changes: Changes;
  readonly maps: MailMaps;
  readonly features: Features;
  readonly panel: StandalonePanel;
  close(): Promise<void>;
}

/**
 * Opens the data, migrated, and joins the parts.
 *
 * @throws {StartError}
 */
export async function openApp(config: Config): Promise<App> {
  assertNode();
  const manifest = loadManifest();
  prepareDataFolder(config.dataFolder);
  const db = await openMigrated(config);
  const maps = await openMaps(config, db);
  const log = createLog(config.logLevel);
  const changes = new Changes({
    db,
    maps,
    onUnpublished: (error) => log.error({ err: error }, 'not copied for the mail servers yet'),
  });
  await changes.publish();
  const panel = new StandalonePanel({
    db,
    changes,
    manifest,
    sessionSecret: keyFor('session cookies', config.dataFolder),
    deviceSecret: keyFor('known devices', config.dataFolder),
  });
  const features = createFeatures({
    db,
    changes,
    manifest,
    panel,
    log,
    ...configured(config),
  });
  listenToPanel(panel.events);
  followOwners(panel.events);
  keepMessagesInStep(panel.events);

  return {
    config,
    manifest,
    log,
    db,
    changes,
    maps,
    features,
    panel,
    async close() {
      await maps.close();
      await db.close();
    },
  };
}

/** What the features take from the configuration. */
export function configured({
  smtpCa,
  ...config
}: Config): Pick<FeatureParts, 'secrets' | 'outgoing' | 'publicUrl' | 'intake'> {
  const url = publicUrl(config);
  const clientName = publicName(new URL(url).hostname);
  return {
    intake: new Intake({ ...config, folders: foldersOf(config) }),
    secrets: new Secrets(keysFor('smtp servers', config.dataFolder)),
    outgoing: {
      resolvers: config.resolvers,
      ...(smtpCa !== undefined && { extraCa: smtpCa }),
      ...(clientName !== undefined && { clientName }),
    },
    publicUrl: url,
  };
}

/** What fills up as messages come in, first the data folder. */
function foldersOf({
  dataFolder,
  database,
}: Pick<Config, 'dataFolder' | 'database'>): [string, ...string[]] {
  return database.engine === 'sqlite' ? [dataFolder, dirname(database.file)] : [dataFolder];
}

async function openMigrated({ database, dataFolder }: Config): Promise<Database> {
  const db = openDatabase(database);
  try {
    await assertUsable(db);
    await migrate(db.knex);
    await prepareKeyFile(dataFolder, () => sealedKeyIds(db.knex));
    assertKeys(dataFolder);
    return db;
  } catch (error) {
    await db.close();
    throw error;
  }
}

async function openMaps(config: Config, db: Database): Promise<MailMaps> {
  try {
    return mailMapsOf(config, db);
  } catch (error) {
    await db.close();
    throw error;
  }
}

function mailMapsOf(config: Config, db: Database): MailMaps {
  const epoch = new Epoch(epochFolderOf(config));
  return config.database.engine === 'sqlite'
    ? sqliteMailMaps({ panelFile: config.database.file, mailFile: mailFileOf(config), epoch })
    : liveViews(db, epoch);
}

/** The file that Postfix and Dovecot read where the database is SQLite. */
export function mailFileOf(config: Config): string {
  return join(config.dataFolder, 'mail', 'mail.sqlite');
}

/** Where Postfix sees that there was a change. */
export function epochFolderOf({ dataFolder }: Config): string {
  return join(dataFolder, 'epoch');
}

/** The server, which does not listen yet: health, then the extension under its path, and nothing elsewhere. */
export function createWeb(app: App): { readonly server: Server; readonly extension: Extension } {
  const web = express();
  web.disable('x-powered-by');
  web.disable('etag');
  web.set('trust proxy', app.config.trustProxy);
  web.set('query parser', 'simple');

  const extension = createExtension(app.panel, app);
  web.use(
    healthRoutes(app, async () => {
      const complaint = await lookupsComplaint(app.config);
      return complaint === undefined ? [] : [complaint];
    }),
  );
  web.use(app.config.basePath, extension.router);
  web.use(securityHeaders(), (_req, res) => {
    res.status(404).type('text/plain').send('not found\n');
  });
  return { server: serverFor(web), extension };
}
