import type { Knex } from 'knex';

/** Nobody sorts SMTP servers by date of creation, and their key is in that order anyway. */
const uselessIndexes = [
  ['id'],
  ['created_at', 'id'],
  ['reseller_id', 'created_at', 'id'],
  ['owner_id', 'created_at', 'id'],
];

export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('smtp_servers', (table) => {
    uselessIndexes.forEach((columns) => table.dropIndex(columns));
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.alterTable('smtp_servers', (table) => {
    uselessIndexes.forEach((columns) => table.index(columns));
  });
}
