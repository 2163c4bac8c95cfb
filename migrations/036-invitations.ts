import type { Knex } from 'knex';
import { isServer } from './schema.js';

/**
 * Links have a purpose: signing in, an invitation, or a new password. Accounts know since when they are invited, and
 * when somebody last signed in; they are found by their address, too.
 */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('sign_in_links', (table) => {
    table.string('purpose', 16).notNullable().defaultTo('sign-in');
    if (!isServer(db)) {
      // Servers index foreign keys themselves.
      table.index(['account_id'], 'sign_in_links_account');
    }
  });
  await db.schema.alterTable('accounts', (table) => {
    table.bigInteger('invited_at').nullable();
    table.bigInteger('signed_in_at').nullable();
    table.index(['email'], 'accounts_email');
  });
  const last = await db('audit_entries')
    .where({ action: 'sign-in.succeeded' })
    .whereNotNull('actor_id')
    .groupBy('actor_id')
    .select<{ actor_id: number; at: number }[]>('actor_id', db.raw('MAX(at) AS at'));
  for (const { actor_id: id, at } of last) {
    await db('accounts').where({ id }).update({ signed_in_at: at });
  }
}

export async function down(db: Knex): Promise<void> {
  // Knex would copy the whole table on SQLite.
  await db.raw(`DROP INDEX accounts_email ${isServer(db) ? 'ON accounts' : ''}`);
  await db.raw('ALTER TABLE accounts DROP COLUMN signed_in_at');
  await db.raw('ALTER TABLE accounts DROP COLUMN invited_at');
  if (!isServer(db)) {
    await db.raw('DROP INDEX sign_in_links_account');
  }
  await db.raw('ALTER TABLE sign_in_links DROP COLUMN purpose');
}
