import type { Knex } from 'knex';

/** The column holds the locale key of a job's title. */
export async function up(db: Knex): Promise<void> {
  await db.raw('ALTER TABLE jobs RENAME COLUMN words TO title_key');
}

export async function down(db: Knex): Promise<void> {
  await db.raw('ALTER TABLE jobs RENAME COLUMN title_key TO words');
}
