import type { Knex } from 'knex';
import { isServer } from './schema.js';
import { createSearch, dropSearch } from './search-tables.js';

const tables = ['domains', 'smtp_servers', 'messages'] as const;

/** On MariaDB, replaces an earlier search table with a row for each row by blocks. */
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

/** The migrations that created the search tables drop blocks, too. */
export async function down(): Promise<void> {}
