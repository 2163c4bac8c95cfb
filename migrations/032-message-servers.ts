import type { Knex } from 'knex';
import { isServer } from './schema.js';

/** Lists that are filtered by an SMTP server stay in their default order without being sorted. */
const ofServer = ['server_id', 'created_at', 'id'];
const ofRelay = ['relay_id', 'sort_name', 'id'];

/** Messages know the SMTP server of their last attempt, beside its name at that time. */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('messages', (table) => {
    table.bigInteger('server_id').nullable();
    table.index(ofServer);
  });
  await db.schema.alterTable('domains', (table) => table.index(ofRelay));
  await db.raw(`DROP INDEX domains_relay_id_index${isServer(db) ? ' ON domains' : ''}`);
}

export async function down(db: Knex): Promise<void> {
  await db.schema.alterTable('domains', (table) => {
    table.index(['relay_id']);
    table.dropIndex(ofRelay);
  });
  await db.schema.alterTable('messages', (table) => table.dropIndex(ofServer));
  // Knex would copy the whole table on SQLite.
  await db.raw('ALTER TABLE messages DROP COLUMN server_id');
}
