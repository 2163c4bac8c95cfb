import type { Knex } from 'knex';
import { identityTable } from './schema.js';

/** A digest of each view's query. The views are created after the migrations, which do not contain their SQL. */
export async function up(db: Knex): Promise<void> {
  await identityTable(db, 'made_views', (table) => {
    table.string('name', 64).primary();
    table.string('digest', 64).notNullable();
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('made_views');
}
