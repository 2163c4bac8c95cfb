import type { Knex } from 'knex';

/** The audit entries of one act share a group; older ones have none. */
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
  // On SQLite, Knex would recreate the table without the triggers of its search index.
  await db.raw('ALTER TABLE audit_entries DROP COLUMN group_id');
}
