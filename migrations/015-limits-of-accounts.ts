import type { Knex } from 'knex';
import { foreignId, identityTable } from './schema.js';

/** Limits of existing plans: plenty for any customer, but not the whole disk. */
const limits = {
  max_messages: 100_000,
  max_message_bytes: 1024 ** 3,
  max_smtp_servers: 50,
};

/** Stores an account's usage as numbers, since counting its rows would cost more than storing one. */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('plans', (table) => {
    for (const [column, usual] of Object.entries(limits)) {
      table.bigInteger(column).nullable().defaultTo(usual);
    }
  });
  await db.schema.alterTable('messages', (table) => {
    table.bigInteger('content_bytes').notNullable().defaultTo(0);
  });
  await identityTable(db, 'message_usage', (table) => {
    foreignId(table, 'account_id', 'accounts', 'CASCADE').notNullable().primary();
    table.bigInteger('messages').notNullable();
    table.bigInteger('bytes').notNullable();
  });
  await db('messages').update({
    content_bytes: db.raw(
      'COALESCE((SELECT SUM(LENGTH(content)) FROM message_parts WHERE message_id = messages.id), 0)',
    ),
  });
  await db.raw(
    'INSERT INTO message_usage (account_id, messages, bytes) ' +
      'SELECT owner_id, COUNT(*), SUM(content_bytes) FROM messages GROUP BY owner_id',
  );
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('message_usage');
  // Knex would copy the whole table on SQLite.
  await db.raw('ALTER TABLE messages DROP COLUMN content_bytes');
  for (const column of Object.keys(limits)) {
    await db.raw('ALTER TABLE plans DROP COLUMN ??', [column]);
  }
}
