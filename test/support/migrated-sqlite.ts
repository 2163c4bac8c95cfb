import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openDatabase } from '../../plugin/database/database.js';
import { migrate } from '../../plugin/database/migrate.js';
import { defineMailViews } from '../../plugin/mail-server/define-views.js';
import { Epoch } from '../../plugin/mail-server/epoch.js';
import { SqliteMailMaps } from '../../plugin/mail-server/sqlite-mail-maps.js';
import { makeFolder } from '../../plugin/runtime/paths.js';
import { temporaryFolder } from './processes.js';

interface Files {
  readonly panelFile: string;
  /** The mail servers'. */
  readonly mailFile: string;
}

let migrated: Promise<Files> | undefined;

/** Copies a migrated database and its file for mail servers if there is none yet, which is faster than making each. */
export async function placeMigratedSqlite({ panelFile, mailFile }: Files): Promise<void> {
  if (!existsSync(panelFile)) {
    migrated ??= migrateOne();
    const from = await migrated;
    // The mail servers pass through it.
    makeFolder(dirname(panelFile), 0o711);
    copyFileSync(from.panelFile, panelFile);
    mkdirSync(dirname(mailFile), { recursive: true });
    copyFileSync(from.mailFile, mailFile);
  }
}

async function migrateOne(): Promise<Files> {
  const folder = temporaryFolder('migrated');
  const files = { panelFile: join(folder, 'panel.sqlite'), mailFile: join(folder, 'mail.sqlite') };
  const db = openDatabase({ engine: 'sqlite', file: files.panelFile });
  await migrate(db.knex, defineMailViews);
  await db.close();
  const epoch = new Epoch(join(folder, 'epoch'));
  await new SqliteMailMaps({ ...files, epoch, forwardingColumns: [] }).close();
  return files;
}
