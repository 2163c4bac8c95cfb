import type { Knex } from 'knex';

/** Indexes with which lists filtered by these columns keep their default order without sorting. */
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
  // MariaDB needs an index for the foreign key, and dropped its own when this one was added.
  await db.schema.alterTable('accounts', (table) => table.index(['plan_id']));
  for (const [name, columns] of indexes) {
    await db.schema.alterTable(name, (table) => table.dropIndex([...columns]));
  }
}
