import type { Knex } from 'knex';
import { bigId, foreignId, identityTable } from './schema.js';

/** Searches and filters of lists that accounts have saved under names; administrators can share theirs. */
export async function up(db: Knex): Promise<void> {
  await identityTable(db, 'saved_searches', (table) => {
    bigId(table);
    foreignId(table, 'account_id', 'accounts', 'CASCADE').notNullable();
    table.string('list', 64).notNullable();
    table.string('name', 100).notNullable();
    table.text('query').notNullable();
    table.boolean('shared').notNullable().defaultTo(false);
    table.unique(['account_id', 'list', 'name']);
    table.index(['list', 'shared']);
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('saved_searches');
}
