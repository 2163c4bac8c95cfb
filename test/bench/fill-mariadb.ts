import { type DatabaseLocation, openDatabase } from '../../plugin/database/database.js';
import { createSearch, dropSearch } from '../../migrations/search-tables.js';

/** Adds rows to a searched table, then creates its search blocks: one by one these would take most of the time. */
export async function fillSearched(
  location: DatabaseLocation,
  table: 'domains' | 'smtp_servers',
  statements: readonly string[],
): Promise<void> {
  const db = openDatabase(location);
  await dropSearch(db.knex, table);
  await db.transaction(async (tx) => {
    await tx.raw('SET unique_checks = 0, foreign_key_checks = 0');
    for (const statement of statements) {
      await tx.raw(statement);
    }
  });
  await createSearch(db.knex, table);
  await db.knex.raw(`ANALYZE TABLE ${table}, ${table}_search, accounts, mailboxes`);
  await db.close();
}
