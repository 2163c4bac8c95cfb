import type { Knex } from 'knex';

/** Plans are found by name regardless of case and accents, like domains and accounts. */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('plans', (table) => {
    table.string('sort_name', 500).notNullable().defaultTo('');
  });
  for (const { id, name } of await db('plans').select('id', 'name')) {
    await db('plans')
      .where({ id })
      .update({ sort_name: folded(name) });
  }
}

export async function down(db: Knex): Promise<void> {
  // Knex would copy the whole table on SQLite.
  await db.raw('ALTER TABLE plans DROP COLUMN sort_name');
}

function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{Mn}/gu, '')
    .toLowerCase()
    .trim();
}
