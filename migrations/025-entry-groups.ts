import type { Knex } from 'knex';

/** The entries of one act have the same group; those from before have none. */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('audit_entries', (table) => {
    table.string('group_id', 36).nullable();
    table.index(['group_id', 'id']);
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.alterTable('audit_entries', (table) => {
    table.dropIndex(['group_id', 'id']);
  });
  // On SQLite, Knex would make the table anew, without the triggers of its search index.
  await db.raw('ALTER TABLE audit_entries DROP COLUMN group_id');
}
