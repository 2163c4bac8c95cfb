import { dirname } from 'node:path';
import { type Config, prepareDataFolder } from './config.js';
import { Changes } from './changes/changes.js';
import { type Database, fileOf, openDatabase } from './database/database.js';
import { migrate } from './database/migrate.js';
import { assertUsable } from './database/usable.js';
import { type Installation, type Registration, fromEach, sealedIn } from './feature.js';
import { type Features, joinFeatures, registeredWith } from './features.js';
import { assertKeys, keyFor, keysFor, prepareKeyFile } from './secrets/key-file.js';
import { epochFolderOf, mailFileOf } from './mail-server/data-files.js';
import { defineMailViews } from './mail-server/define-views.js';
import { Epoch } from './mail-server/epoch.js';
import { LiveViews } from './mail-server/live-views.js';
import type { MailMaps } from './mail-server/mail-maps.js';
import { SqliteMailMaps } from './mail-server/sqlite-mail-maps.js';
import { loadManifest } from './manifest.js';
import { assertNode } from './runtime/node-version.js';
import { mailKindsOf } from './panel-mail/kind.js';
import { PanelMail } from './panel-mail/panel-mail.js';
import { standaloneModule } from './panel/standalone/registrations.js';
import { StandalonePanel } from './panel/standalone/standalone-panel.js';
import { sealedKeyIds } from './secrets/sealed-columns.js';
import { Secrets } from './secrets/secrets.js';
import { createLog } from './web/log.js';
import { Intake } from './web/intake.js';

/** All parts of a running Relais, constructed once. */
export interface App extends Installation {
  readonly features: Features;
  readonly panel: StandalonePanel;
}

/**
 * Opens and migrates the data, and joins the features to the standalone panel.
 *
 * @throws {StartError}
 */
export async function openApp(config: Config): Promise<App> {
  const installation = await openInstallation(config, standaloneModule);
  const panel = new StandalonePanel({
    ...installation,
    sessionSecret: keyFor('session cookies', config.dataFolder),
    deviceSecret: keyFor('known devices', config.dataFolder),
  });
  return { ...installation, panel, features: await joinFeatures(panel, installation) };
}

/**
 * Opens and migrates the data for a panel and the features.
 *
 * @param panelModule the URL of a module that exports the panel's `registrations`. Threads import it, too: functions
 * cannot be passed to them.
 * @throws {StartError}
 */
export async function openInstallation(
  config: Config,
  panelModule?: string,
): Promise<Installation> {
  assertNode();
  const registered = await registeredWith(panelModule);
  const manifest = loadManifest();
  prepareDataFolder(config.dataFolder);
  const db = await openMigrated(config, registered);
  const maps = await orClose(db, () => mailMapsOf(config, db, registered));
  const log = createLog(config.logLevel);
  const changes = new Changes({
    db,
    maps,
    onUnpublished: (error) =>
      log.error({ err: error }, 'could not publish changes to the mail servers yet'),
  });
  await changes.publish();
  const secrets = new Secrets(keysFor('smtp servers', config.dataFolder));
  return {
    config,
    manifest,
    log,
    db,
    changes,
    maps,
    registered,
    panelModule,
    intake: new Intake({ ...config, folders: foldersOf(config) }),
    secrets,
    panelMail: new PanelMail({ db, secrets, kinds: await mailKindsOf(registered) }),
    async close() {
      await maps.close();
      await db.close();
    },
  };
}

/** Folders whose disks fill up as messages arrive, the data folder first. */
function foldersOf({
  dataFolder,
  database,
}: Pick<Config, 'dataFolder' | 'database'>): [string, ...string[]] {
  const file = fileOf(database);
  return file === undefined ? [dataFolder] : [dataFolder, dirname(file)];
}

async function openMigrated(
  { database, dataFolder }: Config,
  registered: readonly Registration[],
): Promise<Database> {
  const db = openDatabase(database);
  await orClose(db, async () => {
    await assertUsable(db);
    await migrate(db.knex, defineMailViews);
    await prepareKeyFile(dataFolder, () => sealedKeyIds(db.knex, sealedIn(registered)));
    assertKeys(dataFolder);
  });
  return db;
}

/** Closes the database if the work fails. */
async function orClose<T>(db: Database, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await db.close();
    throw error;
  }
}

async function mailMapsOf(
  config: Config,
  db: Database,
  registered: readonly Registration[],
): Promise<MailMaps> {
  const epoch = new Epoch(epochFolderOf(config));
  const panelFile = fileOf(config.database);
  if (panelFile === undefined) {
    return new LiveViews(db, epoch);
  }
  const columns = await fromEach(registered, (each) => each.forwardingColumns?.());
  return new SqliteMailMaps({
    panelFile,
    mailFile: mailFileOf(config),
    epoch,
    forwardingColumns: columns.flat(),
  });
}
