import type { Knex } from 'knex';
import { bigId, foreignId, identityTable } from './schema.js';

export async function up(db: Knex): Promise<void> {
  await createAccounts(db);
  await createDomains(db);
  await createMailboxesAndAliases(db);
  await createSessions(db);
  await createRecords(db);
}

export async function down(db: Knex): Promise<void> {
  const tables = [
    'mail_map_changes',
    'audit_entries',
    'settings',
    'rate_limits',
    'sign_in_links',
    'sessions',
    'alias_targets',
    'aliases',
    'mailboxes',
    'domains',
    'accounts',
    'plans',
  ];
  for (const table of tables) {
    await db.schema.dropTable(table);
  }
}

async function createAccounts(db: Knex): Promise<void> {
  await identityTable(db, 'plans', (table) => {
    bigId(table);
    table.string('name', 100).notNullable();
    table.text('permissions').notNullable();
    table.text('webmails').notNullable();
    table.integer('max_mailboxes').nullable();
    table.integer('max_aliases').nullable();
    table.bigInteger('max_quota_bytes').nullable();
    table.integer('version').notNullable().defaultTo(1);
  });

  await identityTable(db, 'accounts', (table) => {
    bigId(table);
    table.string('role', 16).notNullable();
    table.string('login', 320).notNullable().unique();
    table.string('name', 200).notNullable();
    table.string('email', 320).notNullable();
    table.string('password_hash', 255).nullable();
    table.string('locale', 8).nullable();
    table.string('theme', 8).notNullable().defaultTo('auto');
    foreignId(table, 'parent_id', 'accounts', 'RESTRICT').nullable();
    foreignId(table, 'plan_id', 'plans', 'RESTRICT').nullable();
    table.bigInteger('mailbox_id').nullable().unique();
    table.boolean('suspended').notNullable().defaultTo(false);
    table.integer('version').notNullable().defaultTo(1);
    table.bigInteger('created_at').notNullable();
    table.text('search_text').notNullable();
    table.index(['role', 'login', 'id']);
    table.index(['parent_id', 'login', 'id']);
  });
}

async function createDomains(db: Knex): Promise<void> {
  await identityTable(db, 'domains', (table) => {
    bigId(table);
    table.string('name', 253).notNullable().unique();
    table.string('at_name', 254).notNullable().unique();
    table.string('utf8_name', 253).nullable().unique();
    table.string('at_utf8_name', 254).nullable().unique();
    table.string('postmaster_address', 264).notNullable().unique();
    table.string('sort_name', 253).notNullable().defaultTo('');
    foreignId(table, 'owner_id', 'accounts', 'RESTRICT').notNullable();
    foreignId(table, 'reseller_id', 'accounts', 'RESTRICT').nullable();
    table.string('locale', 8).notNullable().defaultTo('en');
    table.boolean('suspended').notNullable().defaultTo(false);
    table.boolean('mail_enabled').notNullable().defaultTo(true);
    table.string('unknown_policy', 10).notNullable().defaultTo('reject');
    table.string('reject_text', 500).nullable();
    table.string('bounce_text', 500).nullable();
    table.string('forward_to', 320).nullable();
    table.string('redirect_ip', 45).nullable();
    table.integer('redirect_port').nullable();
    table.string('webmail', 40).nullable();
    table.text('kept_fields').nullable();
    table.integer('version').notNullable().defaultTo(1);
    table.bigInteger('created_at').notNullable();
    table.text('search_text').notNullable();
    for (const scope of [[], ['reseller_id'], ['owner_id']]) {
      table.index([...scope, 'sort_name', 'id']);
      table.index([...scope, 'mail_enabled', 'sort_name', 'id']);
      table.index([...scope, 'unknown_policy', 'sort_name', 'id']);
      table.index([...scope, 'created_at', 'id']);
    }
  });
}

async function createMailboxesAndAliases(db: Knex): Promise<void> {
  await identityTable(db, 'mailboxes', (table) => {
    bigId(table);
    foreignId(table, 'domain_id', 'domains', 'CASCADE').notNullable();
    table.string('address', 320).notNullable().unique();
    table.string('utf8_address', 320).nullable().unique();
    table.string('display_name', 200).notNullable().defaultTo('');
    table.string('password_hash', 255).notNullable();
    table.bigInteger('quota_bytes').notNullable().defaultTo(0);
    table.boolean('imap').notNullable().defaultTo(true);
    table.boolean('pop3').notNullable().defaultTo(true);
    table.boolean('suspended').notNullable().defaultTo(false);
    table.integer('version').notNullable().defaultTo(1);
    table.bigInteger('created_at').notNullable();
    table.index(['domain_id', 'address', 'id']);
  });

  await identityTable(db, 'aliases', (table) => {
    bigId(table);
    foreignId(table, 'domain_id', 'domains', 'CASCADE').notNullable();
    table.string('address', 320).notNullable().unique();
    table.string('utf8_address', 320).nullable().unique();
    table.integer('version').notNullable().defaultTo(1);
    table.bigInteger('created_at').notNullable();
    table.index(['domain_id', 'address', 'id']);
  });

  await identityTable(db, 'alias_targets', (table) => {
    foreignId(table, 'alias_id', 'aliases', 'CASCADE').notNullable();
    table.string('target', 320).notNullable().index();
    table.primary(['alias_id', 'target']);
  });
}

async function createSessions(db: Knex): Promise<void> {
  await identityTable(db, 'sessions', (table) => {
    table.string('id_hash', 64).primary();
    foreignId(table, 'account_id', 'accounts', 'CASCADE').nullable().index();
    table.text('content').notNullable();
    table.bigInteger('expires_at').notNullable().index();
  });

  await identityTable(db, 'sign_in_links', (table) => {
    table.string('token_hash', 64).primary();
    foreignId(table, 'account_id', 'accounts', 'CASCADE').notNullable();
    table.bigInteger('expires_at').notNullable().index();
  });

  await identityTable(db, 'rate_limits', (table) => {
    table.string('key', 400).primary();
    table.integer('hits').notNullable();
    table.bigInteger('resets_at').notNullable().index();
  });
}

async function createRecords(db: Knex): Promise<void> {
  await identityTable(db, 'settings', (table) => {
    table.string('key', 64).primary();
    table.text('value').notNullable();
  });

  await identityTable(db, 'audit_entries', (table) => {
    bigId(table);
    table.bigInteger('at').notNullable();
    table.bigInteger('actor_id').nullable();
    table.string('actor', 320).notNullable();
    table.string('acting_as', 320).nullable();
    table.string('origin', 64).notNullable();
    table.string('action', 64).notNullable();
    table.string('subject', 320).notNullable();
    table.bigInteger('owner_id').nullable();
    table.bigInteger('reseller_id').nullable();
    table.index(['subject', 'id']);
    table.text('before').nullable();
    table.text('after').nullable();
    table.text('search_text').notNullable();
    for (const scope of [[], ['owner_id'], ['reseller_id']]) {
      table.index([...scope, 'at', 'id']);
    }
  });

  await identityTable(db, 'mail_map_changes', (table) => {
    bigId(table);
    table.bigInteger('domain_id').notNullable();
  });
}
