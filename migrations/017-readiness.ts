import type { Knex } from 'knex';

/** One row, which is updated to check whether the database can be written. */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('readiness', (table) => {
    table.integer('id').primary();
    table.bigInteger('written_at').notNullable();
  });
  await db('readiness').insert({ id: 1, written_at: 0 });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('readiness');
}
