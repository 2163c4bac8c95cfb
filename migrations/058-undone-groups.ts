import type { Knex } from 'knex';
import { isServer } from './schema.js';

/** What rows undo when a group of several kinds is undone, and room for the targets that many aliases lost. */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('preview_classes', (table) => {
    table.string('undoes', 64).nullable();
  });
  if (isServer(db)) {
    await db.raw('ALTER TABLE removals MODIFY held LONGTEXT NOT NULL');
  }
}

export async function down(db: Knex): Promise<void> {
  await db.raw('ALTER TABLE preview_classes DROP COLUMN undoes');
  if (isServer(db)) {
    await db.raw('ALTER TABLE removals MODIFY held TEXT NOT NULL');
  }
}
