import type { Knex } from 'knex';
import { createAccountSearch, dropSearch } from './search-tables.js';

export async function up(db: Knex): Promise<void> {
  await createAccountSearch(db);
}

export async function down(db: Knex): Promise<void> {
  await dropSearch(db, 'accounts');
}
