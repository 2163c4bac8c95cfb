import type { Knex } from 'knex';
import { identityTable } from './schema.js';

/** What each view was made from. The views are made after the migrations, and none has their text. */
export async function up(db: Knex): Promise<void> {
  await identityTable(db, 'made_views', (table) => {
    table.string('name', 64).primary();
    table.string('digest', 64).notNullable();
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('made_views');
}
