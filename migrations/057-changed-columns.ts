import type { Knex } from 'knex';

/** The columns of `domains` that a change is limited to, as JSON; null where it may be anything. */
export async function up(db: Knex): Promise<void> {
  await db.raw('ALTER TABLE mail_map_changes ADD COLUMN changed_columns TEXT NULL');
}

export async function down(db: Knex): Promise<void> {
  await db.raw('ALTER TABLE mail_map_changes DROP COLUMN changed_columns');
}
