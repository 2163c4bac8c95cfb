import type { Knex } from 'knex';
import { foreignId, identityTable } from './schema.js';

const suspension = ['suspended', 'domain_id'];

/** What the first page knows of an installation, and who put its checklist away. */
export async function up(db: Knex): Promise<void> {
  await identityTable(db, 'observed_facts', (table) => {
    table.string('fact', 32).primary();
    table.string('about', 320).notNullable();
    table.bigInteger('at').notNullable();
  });
  await identityTable(db, 'put_away_checklists', (table) => {
    foreignId(table, 'account_id', 'accounts', 'CASCADE').notNullable().primary();
  });
  await db.schema.alterTable('mailboxes', (table) => table.index(suspension));
}

export async function down(db: Knex): Promise<void> {
  await db.schema.alterTable('mailboxes', (table) => table.dropIndex(suspension));
  await db.schema.dropTable('put_away_checklists');
  await db.schema.dropTable('observed_facts');
}
