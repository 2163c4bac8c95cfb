import type { Knex } from 'knex';
import { isServer } from './schema.js';
import { createSearch, dropSearch } from './search-tables.js';

/** On SQLite; `010-search-on-servers` does the same for the others. */
export async function up(db: Knex): Promise<void> {
  if (!isServer(db)) {
    await createSearch(db, 'domains');
  }
}

export async function down(db: Knex): Promise<void> {
  if (!isServer(db)) {
    await dropSearch(db, 'domains');
  }
}
