import type { Knex } from 'knex';
import { foreignId, identityTable } from './schema.js';

/** An index that finds accounts with due messages one by one, past all that one account has queued. */
const byTime = ['state', 'next_attempt_at', 'id'];
const byOwner = ['state', 'owner_id', 'next_attempt_at', 'id'];

export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('messages', (table) => {
    table.index(byOwner);
    table.dropIndex(byTime);
  });
  // A server without troubles has no row.
  await identityTable(db, 'smtp_server_troubles', (table) => {
    foreignId(table, 'server_id', 'smtp_servers', 'CASCADE').notNullable().primary();
    foreignId(table, 'owner_id', 'accounts', 'CASCADE').notNullable().index();
    table.integer('failures').notNullable();
    table.string('outcome', 40).nullable();
    table.bigInteger('paused_until').notNullable();
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('smtp_server_troubles');
  await db.schema.alterTable('messages', (table) => {
    table.index(byTime);
    table.dropIndex(byOwner);
  });
}
