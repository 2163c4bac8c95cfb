import type { Command } from 'commander';
import { prepareDataFolder } from '../config.js';
import { openDatabase } from '../database/database.js';
import { migrate, unlockMigrations } from '../database/migrate.js';
import { defineMailViews } from '../mail-server/define-views.js';
import { configOf } from './options.js';

export function addTo(migrateCommand: Command): void {
  migrateCommand
    .option('--unlock', 'first remove the lock of an interrupted migration')
    .action(async (options: { unlock?: boolean }, command: Command) => {
      const config = configOf(command);
      prepareDataFolder(config.dataFolder);
      const db = openDatabase(config.database);
      try {
        if (options.unlock === true) {
          await unlockMigrations(db.knex);
        }
        const names = await migrate(db.knex, defineMailViews);
        process.stdout.write(names.length === 0 ? 'Nothing to do.\n' : `${names.join('\n')}\n`);
      } finally {
        await db.close();
      }
    });
}
