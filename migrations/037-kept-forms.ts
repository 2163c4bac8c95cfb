import type { Knex } from 'knex';
import { foreignId, identityTable } from './schema.js';

/** Submitted forms that could not be processed yet, encrypted, for an hour. */
export async function up(db: Knex): Promise<void> {
  await identityTable(db, 'kept_forms', (table) => {
    table.string('token_hash', 64).primary();
    foreignId(table, 'actor_id', 'accounts', 'CASCADE').notNullable();
    table.bigInteger('account_id').notNullable();
    table.text('content', 'mediumtext').notNullable();
    table.bigInteger('expires_at').notNullable().index();
    table.index(['actor_id', 'expires_at']);
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('kept_forms');
}
