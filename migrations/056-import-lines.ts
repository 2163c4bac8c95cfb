import type { Knex } from 'knex';

/** A line of a file looks up the lines before it by their names. */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('import_lines', (table) => table.index(['import_id', 'name']));
}

export async function down(db: Knex): Promise<void> {
  await db.schema.alterTable('import_lines', (table) => table.dropIndex(['import_id', 'name']));
}
