import { copyFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openDatabase } from '../../plugin/database/database.js';
import { migrate } from '../../plugin/database/migrate.js';
import { defineMailViews } from '../../plugin/mail-server/define-views.js';
import { makeFolder } from '../../plugin/runtime/paths.js';
import { temporaryFolder } from './processes.js';

let migrated: Promise<string> | undefined;

/** Copies a migrated database if there is none yet, which is faster than migrating each. */
export async function placeMigratedSqlite(file: string): Promise<void> {
  if (!existsSync(file)) {
    migrated ??= migrateOne();
    // The mail servers pass through it.
    makeFolder(dirname(file), 0o711);
    copyFileSync(await migrated, file);
  }
}

async function migrateOne(): Promise<string> {
  const file = join(temporaryFolder('migrated'), 'panel.sqlite');
  const db = openDatabase({ engine: 'sqlite', file });
  await migrate(db.knex, defineMailViews);
  await db.close();
  return file;
}
