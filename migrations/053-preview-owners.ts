import type { Knex } from 'knex';
import { isServer } from './schema.js';

/** Whose previews are, so that those of removed accounts are found, and whether the owners of changed rows are told. */
export async function up(db: Knex): Promise<void> {
  await (isServer(db) ? addOwners(db) : addOwnersOnSqlite(db));
  await db('previews')
    .whereIn('account_id', db('accounts').select('id'))
    .update({ owner_id: db.ref('account_id') });
  await db.schema.alterTable('previews', (table) => {
    table.boolean('tells_owners').notNullable().defaultTo(false);
  });
}

export async function down(db: Knex): Promise<void> {
  if (isServer(db)) {
    await db.schema.alterTable('previews', (table) => table.dropForeign('owner_id'));
  }
  if (!isServer(db)) {
    await db.raw('DROP INDEX previews_owner_id_index');
  }
  await db.raw('ALTER TABLE previews DROP COLUMN tells_owners');
  await db.raw('ALTER TABLE previews DROP COLUMN owner_id');
}

async function addOwners(db: Knex): Promise<void> {
  await db.schema.alterTable('previews', (table) => {
    table
      .bigInteger('owner_id')
      .unsigned()
      .nullable()
      .references('id')
      .inTable('accounts')
      .onDelete('SET NULL');
  });
}

/** Knex would copy the whole table. */
async function addOwnersOnSqlite(db: Knex): Promise<void> {
  await db.raw(
    'ALTER TABLE previews ADD COLUMN owner_id bigint NULL REFERENCES accounts(id) ON DELETE SET NULL',
  );
  await db.schema.alterTable('previews', (table) => table.index(['owner_id']));
}
