import type { Knex } from 'knex';
import { bigId, foreignId, identityTable, isServer } from './schema.js';

/** Sort orders, each also within a reseller's and an owner's rows. */
const orders = [
  ['created_at', 'id'],
  ['state', 'id'],
];
const scopes = [[], ['reseller_id'], ['owner_id']];

/** Work that outlives a request. */
export async function up(db: Knex): Promise<void> {
  const longText = isServer(db) ? 'MEDIUMTEXT' : 'TEXT';
  await identityTable(db, 'jobs', (table) => {
    bigId(table);
    table.string('kind', 64).notNullable();
    // The locale key of its title.
    table.string('words', 100).notNullable();
    // Null for the command line.
    foreignId(table, 'owner_id', 'accounts', 'CASCADE').nullable();
    foreignId(table, 'reseller_id', 'accounts', 'CASCADE').nullable();
    table.bigInteger('actor_id').unsigned().nullable();
    table.string('actor', 320).notNullable();
    table.string('acting_as', 320).nullable();
    table.string('origin', 64).notNullable();
    // The group of its audit entries.
    table.string('group_id', 36).notNullable();
    table.specificType('payload', longText).notNullable();
    table.specificType('cursor', longText).nullable();
    table.bigInteger('done').notNullable().defaultTo(0);
    table.bigInteger('total').notNullable();
    table.specificType('result', longText).notNullable();
    table.specificType('failure', longText).nullable();
    table.string('state', 16).notNullable();
    table.boolean('cancel_asked').notNullable().defaultTo(false);
    // Attempts since its last chunk.
    table.integer('attempts').notNullable().defaultTo(0);
    table.bigInteger('next_attempt_at').nullable();
    table.string('claim', 36).nullable();
    table.bigInteger('lease_until').nullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('finished_at').nullable().index();
    table.index(['state', 'next_attempt_at', 'id']);
    table.index(['state', 'lease_until']);
    for (const scope of scopes) {
      for (const order of orders) {
        table.index([...scope, ...order]);
      }
    }
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('jobs');
}
