import { join } from 'node:path';
import type Sqlite from 'better-sqlite3';
import knex, { type Knex } from 'knex';
import * as foundation from '../../../migrations/001-foundation.js';
import * as postmasterNames from '../../../migrations/002-mail-views.js';
import * as smtpServers from '../../../migrations/005-smtp-servers.js';
import * as replies from '../../../migrations/019-mail-views.js';
import * as mailChanges from '../../../migrations/022-mail-changes.js';
import * as madeViews from '../../../migrations/028-made-views.js';
import * as changedColumns from '../../../migrations/057-changed-columns.js';
import { openDatabase } from '../../../plugin/database/database.js';
import type { EngineName } from '../../../plugin/database/engine.js';
import { makeViews } from '../../../plugin/database/views.js';
import { defineMailViews } from '../../../plugin/mail-server/define-views.js';
import { forwardingColumns } from '../../../plugin/features/domain-mail/index.js';
import { Epoch } from '../../../plugin/mail-server/epoch.js';
import { grantReader } from '../../../plugin/mail-server/grant-reader.js';
import { LiveViews } from '../../../plugin/mail-server/live-views.js';
import type { MailMaps } from '../../../plugin/mail-server/mail-maps.js';
import type { MapSource } from '../../../plugin/mail-server/options.js';
import { SqliteMailMaps } from '../../../plugin/mail-server/sqlite-mail-maps.js';
import { startMariadb } from '../mariadb.js';
import { removeFolder, temporaryFolder } from '../processes.js';

/** A panel's database with its tables and views, and where the mail servers read it. */
export interface PanelDatabase {
  readonly db: Knex;
  readonly maps: MailMaps;
  readonly source: MapSource;
  /** Removes what only the panel needs: on SQLite its database. */
  readonly panelFiles: readonly string[];
  close(): Promise<void>;
}

export async function openPanelDatabase(engine: EngineName): Promise<PanelDatabase> {
  return engine === 'sqlite' ? await openSqlite() : await openMariadb();
}

async function openSqlite(): Promise<PanelDatabase> {
  const folder = temporaryFolder('panel');
  const panelFile = join(folder, 'panel.sqlite');
  const mailFile = join(folder, 'mail/mail.sqlite');
  await makePanelFile(panelFile);
  const db = connectSqlite(panelFile);
  const maps = new SqliteMailMaps({
    panelFile,
    mailFile,
    epoch: new Epoch(join(folder, 'epoch')),
    forwardingColumns: forwardingColumns(),
  });
  return {
    db,
    maps,
    source: { engine: 'sqlite', file: mailFile },
    panelFiles: ['', '-wal', '-shm'].map((suffix) => panelFile + suffix),
    async close() {
      await maps.close();
      await db.destroy();
      removeFolder(folder);
    },
  };
}

/** A panel's database in a file, opened as the panel does. */
export function connectSqlite(filename: string): Knex {
  return knex({
    client: 'better-sqlite3',
    connection: { filename },
    useNullAsDefault: true,
    pool: {
      min: 1,
      max: 1,
      afterCreate: (connection: Sqlite.Database, done: (error: Error | null) => void) => {
        connection.pragma('journal_mode = WAL');
        connection.pragma('foreign_keys = ON');
        done(null);
      },
    },
  });
}

async function openMariadb(): Promise<PanelDatabase> {
  const server = await startMariadb();
  const database = await server.createDatabase();
  const opened = openDatabase({ engine: 'mariadb', url: database.url });
  const db = opened.knex;
  await migrate(db);
  const folder = temporaryFolder('panel');
  const reader = { user: `mail_${database.name}`, password: 'only:the=views' };
  await grantReader(db, { ...reader, host: 'localhost' });
  return {
    db,
    maps: new LiveViews(opened, new Epoch(join(folder, 'epoch'))),
    panelFiles: [],
    source: {
      engine: 'mariadb',
      server: { socket: server.socket },
      database: database.name,
      ...reader,
    },
    async close() {
      await opened.close();
      await database.drop();
      removeFolder(folder);
    },
  };
}

/** A panel's database in a file, with the tables that its views read. */
export async function makePanelFile(file: string): Promise<void> {
  const db = openDatabase({ engine: 'sqlite', file });
  await migrate(db.knex);
  await db.close();
}

/** Migrates only what the views need, since the rest, such as the search, makes inserts slow. */
async function migrate(db: Knex): Promise<void> {
  const steps = [
    foundation,
    postmasterNames,
    smtpServers,
    replies,
    mailChanges,
    madeViews,
    changedColumns,
  ];
  for (const step of steps) {
    await step.up(db);
  }
  await makeViews(db, defineMailViews);
}
