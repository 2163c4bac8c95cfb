import type { Knex } from 'knex';
import { createLogSearch, dropLogSearch } from './search-tables.js';

export async function up(db: Knex): Promise<void> {
  await createLogSearch(db, 'audit_entries');
}

export async function down(db: Knex): Promise<void> {
  await dropLogSearch(db, 'audit_entries');
}
