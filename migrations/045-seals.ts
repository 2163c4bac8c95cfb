import type { Knex } from 'knex';
import { identityTable, isServer } from './schema.js';

/** The chain of seals over the entries of the activity log, and the mark of those that were dropped; see decision 0016. */
export async function up(db: Knex): Promise<void> {
  await identityTable(db, 'audit_seals', (table) => {
    table.bigInteger('number').primary();
    table.bigInteger('at').notNullable();
    // Of the newest entry.
    table.bigInteger('newest_at').notNullable();
    // The highest entry that this seal or one before it covers.
    table.bigInteger('up_to').notNullable();
    // For each entry its ID in 8 bytes, and its hash in 32.
    table.specificType('leaves', isServer(db) ? 'MEDIUMBLOB' : 'BLOB').notNullable();
    table.string('root', 64).notNullable();
    table.string('chain', 64).notNullable();
    table.string('key_id', 8).notNullable();
    table.string('mac', 64).notNullable();
  });
  await identityTable(db, 'audit_dropped', (table) => {
    table.integer('id').primary();
    // The last dropped seal, from whose place the chain goes on.
    table.bigInteger('number').notNullable();
    table.bigInteger('up_to').notNullable();
    table.bigInteger('newest_at').notNullable();
    table.bigInteger('entries').notNullable();
    table.string('chain', 64).notNullable();
    table.string('key_id', 8).notNullable();
    table.string('mac', 64).notNullable();
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('audit_dropped');
  await db.schema.dropTable('audit_seals');
}
