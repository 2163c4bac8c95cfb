import type { Knex } from 'knex';
import { bigId, foreignId, identityTable, isServer } from './schema.js';

/** Sort orders, each also within a reseller's and an owner's rows. */
const orders = [
  ['created_at', 'id'],
  ['state', 'id'],
  ['attempts', 'id'],
];
const scopes = [[], ['reseller_id'], ['owner_id']];

export async function up(db: Knex): Promise<void> {
  await createTokens(db);
  await createMessages(db);
  await createContents(db);
  await createRecipients(db);
  await createAttempts(db);
}

export async function down(db: Knex): Promise<void> {
  for (const name of [
    'message_attempts',
    'message_recipients',
    'message_contents',
    'messages',
    'api_tokens',
  ]) {
    await db.schema.dropTable(name);
  }
}

async function createTokens(db: Knex): Promise<void> {
  await identityTable(db, 'api_tokens', (table) => {
    bigId(table);
    foreignId(table, 'owner_id', 'accounts', 'CASCADE').notNullable();
    table.string('title', 100).notNullable();
    table.string('sort_title', 200).notNullable();
    table.string('token_hash', 64).notNullable().unique();
    table.string('scopes', 255).notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('last_used_at').nullable();
    table.index(['owner_id', 'sort_title', 'id']);
    table.index(['owner_id', 'created_at', 'id']);
  });
}

async function createMessages(db: Knex): Promise<void> {
  await identityTable(db, 'messages', (table) => {
    bigId(table);
    foreignId(table, 'owner_id', 'accounts', 'CASCADE').notNullable();
    foreignId(table, 'reseller_id', 'accounts', 'CASCADE').nullable();
    table.string('service', 40).notNullable();
    table.string('subject', 998).notNullable();
    table.string('message_id', 320).notNullable();
    table.string('idempotency_key', 255).nullable();
    table.string('fingerprint', 64).notNullable();
    table.string('state', 16).notNullable();
    table.string('outcome', 40).nullable();
    table.string('reply', 500).nullable();
    table.integer('attempts').notNullable().defaultTo(0);
    table.bigInteger('created_at').notNullable();
    table.bigInteger('next_attempt_at').nullable();
    // Until then, temporary failures are retried.
    table.bigInteger('expires_at').notNullable();
    table.bigInteger('finished_at').nullable();
    table.boolean('has_content').notNullable().defaultTo(true);
    // The process that is sending it, and until when that claim holds unless it is renewed.
    table.string('claim', 36).nullable();
    table.bigInteger('lease_until').nullable();
    table.specificType('search_text', isServer(db) ? 'MEDIUMTEXT' : 'TEXT').notNullable();
    table.unique(['owner_id', 'idempotency_key']);
    table.index(['state', 'next_attempt_at', 'id']);
    table.index(['state', 'lease_until']);
    table.index(['has_content', 'finished_at']);
    table.index(['finished_at']);
    for (const scope of scopes) {
      for (const order of orders) {
        table.index([...scope, ...order]);
      }
    }
  });
}

/** In pieces, since a MariaDB server accepts 16 MB at once by default. */
async function createContents(db: Knex): Promise<void> {
  await identityTable(db, 'message_contents', (table) => {
    foreignId(table, 'message_id', 'messages', 'CASCADE').notNullable();
    table.integer('position').notNullable();
    table.specificType('content', isServer(db) ? 'MEDIUMBLOB' : 'BLOB').notNullable();
    table.primary(['message_id', 'position']);
  });
}

async function createRecipients(db: Knex): Promise<void> {
  await identityTable(db, 'message_recipients', (table) => {
    foreignId(table, 'message_id', 'messages', 'CASCADE').notNullable();
    table.integer('position').notNullable();
    table.string('address', 254).notNullable();
    table.string('state', 16).notNullable();
    table.string('reply', 500).nullable();
    table.primary(['message_id', 'position']);
  });
}

async function createAttempts(db: Knex): Promise<void> {
  await identityTable(db, 'message_attempts', (table) => {
    bigId(table);
    foreignId(table, 'message_id', 'messages', 'CASCADE').notNullable().index();
    table.integer('number').notNullable();
    table.bigInteger('at').notNullable();
    // A copy, since the server may be changed or removed later.
    table.string('server', 360).notNullable();
    table.string('outcome', 40).nullable();
    table.string('reply', 500).nullable();
    table.bigInteger('ended_at').nullable();
  });
}
