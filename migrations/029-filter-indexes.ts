import type { Knex } from 'knex';

/** Lists that are filtered by these stay in their first order without being sorted. */
const indexes = [
  ['domains', ['suspended', 'sort_name', 'id']],
  ['accounts', ['plan_id', 'login', 'id']],
  ['audit_entries', ['actor_id', 'at', 'id']],
] as const;

export async function up(db: Knex): Promise<void> {
  for (const [name, columns] of indexes) {
    await db.schema.alterTable(name, (table) => table.index(columns));
  }
}

export async function down(db: Knex): Promise<void> {
  // MariaDB needs one for the foreign key, and took away its own when this one came.
  await db.schema.alterTable('accounts', (table) => table.index(['plan_id']));
  for (const [name, columns] of indexes) {
    await db.schema.alterTable(name, (table) => table.dropIndex([...columns]));
  }
}
