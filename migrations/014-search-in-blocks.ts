import type { Knex } from 'knex';
import { isServer } from './schema.js';
import { createSearch, dropSearch } from './search-tables.js';

const tables = ['domains', 'smtp_servers', 'messages'] as const;

/** On MariaDB, where it was made before: a row for each row was searched, and now a block of them. */
export async function up(db: Knex): Promise<void> {
  if (!isServer(db)) {
    return;
  }
  for (const table of tables) {
    if (await db.schema.hasColumn(`${table}_search`, 'search_text')) {
      await dropSearch(db, table);
      await createSearch(db, table);
    }
  }
}

/** The migrations that made them take blocks away, too. */
export async function down(): Promise<void> {}
