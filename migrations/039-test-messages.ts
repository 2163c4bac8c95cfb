import type { Knex } from 'knex';
import { identityTable } from './schema.js';

/** Links in test messages to mailboxes, which report that they have arrived. */
export async function up(db: Knex): Promise<void> {
  await identityTable(db, 'test_messages', (table) => {
    table.string('token_hash', 64).primary();
    table.string('address', 320).notNullable();
    table.bigInteger('expires_at').notNullable().index();
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('test_messages');
}
