import type { Knex } from 'knex';
import { bigId, foreignId, identityTable, isServer } from './schema.js';
import { createSearch, dropSearch } from './search-tables.js';

/** Sort orders, each also within a reseller's and an owner's rows. */
const orders = [
  ['id'],
  ['sort_title', 'id'],
  ['host', 'id'],
  ['address', 'id'],
  ['confirmation', 'id'],
  ['created_at', 'id'],
];
const scopes = [[], ['reseller_id'], ['owner_id']];

export async function up(db: Knex): Promise<void> {
  await createServers(db);
  await createUsage(db);
  await createConfirmations(db);
  // No foreign key: SQLite would recreate the table for it, without its generated columns and triggers.
  await db.schema.alterTable('domains', (table) => {
    table.bigInteger('relay_id').nullable().index();
  });
  await createSearch(db, 'smtp_servers');
}

export async function down(db: Knex): Promise<void> {
  await dropSearch(db, 'smtp_servers');
  await db.raw('DROP INDEX domains_relay_id_index' + (isServer(db) ? ' ON domains' : ''));
  await db.raw('ALTER TABLE domains DROP COLUMN relay_id');
  for (const name of [
    'smtp_confirmations',
    'smtp_server_services',
    'sending_services',
    'smtp_server_logos',
    'smtp_servers',
  ]) {
    await db.schema.dropTable(name);
  }
}

async function createServers(db: Knex): Promise<void> {
  await identityTable(db, 'smtp_servers', (table) => {
    bigId(table);
    foreignId(table, 'owner_id', 'accounts', 'RESTRICT').notNullable();
    foreignId(table, 'reseller_id', 'accounts', 'RESTRICT').nullable();
    table.string('title', 100).notNullable();
    table.string('sort_title', 200).notNullable();
    table.string('host', 253).notNullable();
    table.integer('port').notNullable();
    table.string('authentication', 16).notNullable();
    table.string('security', 16).notNullable();
    table.string('address', 320).notNullable();
    table.string('sender_name', 200).notNullable().defaultTo('');
    table.string('user_name', 320).notNullable().defaultTo('');
    table.text('secret').nullable();
    table.string('oauth_client_id', 255).nullable();
    table.string('oauth_token_url', 255).nullable();
    table.string('usage', 16).notNullable().defaultTo('default');
    table.text('signature').notNullable();
    table.string('confirmation', 16).notNullable().defaultTo('never');
    table.bigInteger('confirmation_at').nullable();
    table.string('confirmation_outcome', 40).nullable();
    table.integer('version').notNullable().defaultTo(1);
    table.bigInteger('created_at').notNullable();
    table.text('search_text').notNullable();
    for (const scope of scopes) {
      for (const order of orders) {
        table.index([...scope, ...order]);
      }
    }
  });

  await identityTable(db, 'smtp_server_logos', (table) => {
    foreignId(table, 'server_id', 'smtp_servers', 'CASCADE').notNullable().primary();
    table.string('type', 32).notNullable();
    table.specificType('content', isServer(db) ? 'MEDIUMBLOB' : 'BLOB').notNullable();
  });
}

/** Services in addition to the built-in ones. */
async function createUsage(db: Knex): Promise<void> {
  await identityTable(db, 'sending_services', (table) => {
    table.string('key', 40).primary();
    table.string('name_en', 100).notNullable();
    table.string('name_fr', 100).notNullable();
  });

  await identityTable(db, 'smtp_server_services', (table) => {
    foreignId(table, 'server_id', 'smtp_servers', 'CASCADE').notNullable();
    table.string('service', 40).notNullable();
    table.primary(['server_id', 'service']);
  });
}

async function createConfirmations(db: Knex): Promise<void> {
  await identityTable(db, 'smtp_confirmations', (table) => {
    table.string('token_hash', 64).primary();
    foreignId(table, 'server_id', 'smtp_servers', 'CASCADE').notNullable().index();
    table.bigInteger('expires_at').notNullable().index();
  });
}
