import type { Knex } from 'knex';

/** An export's page says which search and filters it was made with, as a JSON list of texts. */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('exports', (table) => {
    table.text('narrowed_by').nullable();
  });
}

export async function down(db: Knex): Promise<void> {
  // Knex would copy the whole table on SQLite.
  await db.raw('ALTER TABLE exports DROP COLUMN narrowed_by');
}
