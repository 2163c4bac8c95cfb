import type { Knex } from 'knex';
import { identityTable } from './schema.js';

/** Counts changes to the mail servers' look-ups; the sum of the rows shows whether there were any. */
export async function up(db: Knex): Promise<void> {
  await identityTable(db, 'mail_changes', (table) => {
    table.smallint('id').unsigned().primary();
    table.bigInteger('number').unsigned().notNullable();
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('mail_changes');
}
