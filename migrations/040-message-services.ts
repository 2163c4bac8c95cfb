import type { Knex } from 'knex';

/** The outbox stays in its default order without being sorted while it is filtered by a service. */
const indexes = [[], ['reseller_id'], ['owner_id']].map((scope) => [
  ...scope,
  'service',
  'created_at',
  'id',
]);

export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('messages', (table) => {
    indexes.forEach((columns) => table.index(columns));
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.alterTable('messages', (table) => {
    indexes.forEach((columns) => table.dropIndex(columns));
  });
}
