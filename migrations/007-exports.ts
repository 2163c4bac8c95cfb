import type { Knex } from 'knex';
import { foreignId, identityTable } from './schema.js';

/** Progress of exports, for all processes of the panel. */
export async function up(db: Knex): Promise<void> {
  await identityTable(db, 'exports', (table) => {
    table.string('id', 64).primary();
    foreignId(table, 'account_id', 'accounts', 'CASCADE').notNullable().index();
    table.string('list', 64).notNullable();
    table.string('format', 8).notNullable();
    table.string('state', 16).notNullable();
    table.bigInteger('rows_done').notNullable();
    table.bigInteger('rows_total').notNullable();
    table.bigInteger('updated_at').notNullable().index();
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('exports');
}
