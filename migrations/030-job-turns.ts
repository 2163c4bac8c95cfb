import type { Knex } from 'knex';
import { isServer } from './schema.js';

const index = 'jobs_running_for';

/** An account has at most one running job, and errors are counted separately from interruptions. */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('jobs', (table) => {
    // The owner of a running job, 0 for the command line; null unless it runs.
    table.bigInteger('running_for').unsigned().nullable();
    // Unexpected errors since its last chunk.
    table.integer('failures').notNullable().defaultTo(0);
    table.unique(['running_for'], { indexName: index });
  });
  // Ends their claims; the next process continues them.
  await db('jobs')
    .where({ state: 'running' })
    .update({ state: 'queued', claim: null, lease_until: null, next_attempt_at: 0 });
}

export async function down(db: Knex): Promise<void> {
  await db.raw(`DROP INDEX ${index} ${isServer(db) ? 'ON jobs' : ''}`);
  // Knex would copy the whole table on SQLite.
  await db.raw('ALTER TABLE jobs DROP COLUMN running_for');
  await db.raw('ALTER TABLE jobs DROP COLUMN failures');
}
