import type { Knex } from 'knex';
import { foreignId, identityTable } from './schema.js';

/** The keys under which programs asked for previews or applied them, so that a repeated request is the same one. */
export async function up(db: Knex): Promise<void> {
  await identityTable(db, 'preview_keys', (table) => {
    table.bigInteger('account_id').unsigned().notNullable();
    table.string('idempotency_key', 255).notNullable();
    table.string('fingerprint', 64).notNullable();
    foreignId(table, 'preview_id', 'previews', 'CASCADE').notNullable();
    table.primary(['account_id', 'idempotency_key']);
    table.index(['preview_id']);
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('preview_keys');
}
