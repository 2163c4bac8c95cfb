import type { Knex } from 'knex';
import { bigId, foreignId, identityTable } from './schema.js';

/** What people sort and filter by, each within every scope. */
const orders = [['removed_at'], ['sort_name'], ['kind', 'sort_name'], ['kept_until']];

/**
 * Removed things that can come back for a time: their rows are deleted, and stand in `removal_rows` as JSON. Names stay
 * reserved. Mail is stored by mailbox, and is erased on each mail host once its mailbox is removed for good.
 */
export async function up(db: Knex): Promise<void> {
  await identityTable(db, 'removals', (table) => {
    bigId(table);
    table.string('kind', 32).notNullable();
    table.bigInteger('thing_id').notNullable();
    table.string('name', 320).notNullable();
    table.string('title', 320).notNullable();
    table.string('sort_name', 320).notNullable();
    table.string('reserved', 320).nullable().unique();
    // No foreign keys: the owner may be removed in the meantime, and the domain as well.
    table.bigInteger('owner_id').notNullable();
    table.bigInteger('reseller_id').nullable();
    table.bigInteger('domain_id').nullable().index();
    table.bigInteger('part_of').nullable().index();
    table.bigInteger('removed_at').notNullable();
    table.bigInteger('kept_until').nullable();
    table.string('actor', 320).notNullable();
    table.string('acting_as', 320).nullable();
    table.string('group_id', 36).notNullable().index();
    table.text('held').notNullable();
    table.text('secret').nullable();
    table.integer('schema_version').notNullable();
    table.text('search_text').notNullable();
    table.unique(['kind', 'thing_id']);
    for (const scope of [[], ['owner_id'], ['reseller_id']]) {
      orders.forEach((order) => table.index([...scope, ...order, 'id']));
    }
  });

  await identityTable(db, 'removal_rows', (table) => {
    bigId(table);
    foreignId(table, 'removal_id', 'removals', 'CASCADE').notNullable().index();
    table.string('table_name', 64).notNullable();
    table.text('content', 'longtext').notNullable();
  });

  await identityTable(db, 'mail_to_erase', (table) => {
    bigId(table);
    table.bigInteger('domain_id').notNullable();
    table.bigInteger('mailbox_id').notNullable().unique();
    table.bigInteger('at').notNullable();
  });
}

export async function down(db: Knex): Promise<void> {
  for (const table of ['mail_to_erase', 'removal_rows', 'removals']) {
    await db.schema.dropTable(table);
  }
}
