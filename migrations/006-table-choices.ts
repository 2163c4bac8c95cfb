import type { Knex } from 'knex';
import { foreignId, identityTable } from './schema.js';

/** The columns that an account hides in each list; any other column is shown, so a new one appears. */
export async function up(db: Knex): Promise<void> {
  await identityTable(db, 'table_choices', (table) => {
    foreignId(table, 'account_id', 'accounts', 'CASCADE').notNullable();
    table.string('list', 64).notNullable();
    table.text('hidden').notNullable();
    table.primary(['account_id', 'list']);
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('table_choices');
}
