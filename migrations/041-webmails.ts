import type { Knex } from 'knex';
import { bigId, foreignId, identityTable, isServer } from './schema.js';

const orders = [
  ['sort_name', 'id'],
  ['key', 'id'],
  ['created_at', 'id'],
];

/**
 * Webmail applications are rows. The three that were names in the code stay under the keys that domains and plans hold;
 * an administrator enters where they are.
 */
export async function up(db: Knex): Promise<void> {
  await identityTable(db, 'webmails', (table) => {
    bigId(table);
    table.string('key', 40).notNullable().unique();
    table.string('name', 100).notNullable();
    table.string('sort_name', 200).notNullable().unique();
    table.string('address', 500).nullable();
    table.string('icon', 40).notNullable().defaultTo('mail');
    // 1 or null, so that there is at most one.
    table.integer('is_default').nullable().unique();
    table.integer('version').notNullable().defaultTo(1);
    table.bigInteger('created_at').notNullable();
    table.text('search_text').notNullable();
    orders.forEach((order) => table.index(order));
  });
  await identityTable(db, 'webmail_pictures', (table) => {
    foreignId(table, 'webmail_id', 'webmails', 'CASCADE').notNullable().primary();
    table.string('type', 32).notNullable();
    table.specificType('content', isServer(db) ? 'MEDIUMBLOB' : 'BLOB').notNullable();
    table.integer('width').notNullable();
    table.integer('height').notNullable();
  });
  const now = Date.now();
  for (const name of ['Roundcube', 'SOGo', 'SnappyMail']) {
    const key = name.toLowerCase();
    await db('webmails').insert({
      key,
      name,
      sort_name: key,
      created_at: now,
      search_text: key,
    });
  }
  await db.schema.alterTable('domains', (table) => {
    table.index(['webmail', 'sort_name', 'id'], 'domains_webmail');
  });
}

export async function down(db: Knex): Promise<void> {
  await db.raw(`DROP INDEX domains_webmail ${isServer(db) ? 'ON domains' : ''}`);
  await db.schema.dropTable('webmail_pictures');
  await db.schema.dropTable('webmails');
}
