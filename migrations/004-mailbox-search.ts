import type { Knex } from 'knex';

const tables = ['mailboxes', 'aliases'] as const;

/**
 * The folded search texts of mailboxes and aliases. No index, since a search only scans one domain's rows. Existing
 * rows are found by their address, and by everything else from their next change on.
 */
export async function up(db: Knex): Promise<void> {
  for (const name of tables) {
    await db.schema.alterTable(name, (table) => {
      table.text('search_text', 'mediumtext').nullable();
    });
    await db(name).update({ search_text: db.ref('address') });
  }
}

export async function down(db: Knex): Promise<void> {
  for (const name of tables) {
    // Knex would copy the whole table on SQLite, and the views with it.
    await db.raw('ALTER TABLE ?? DROP COLUMN search_text', [name]);
  }
}
