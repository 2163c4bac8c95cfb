import type { Knex } from 'knex';

/** Logos stored as uploaded have no size: each is redrawn when it is next needed. */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('smtp_server_logos', (table) => {
    table.integer('width').nullable();
    table.integer('height').nullable();
    table.string('refusal', 40).nullable();
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.alterTable('smtp_server_logos', (table) => {
    table.dropColumns('width', 'height', 'refusal');
  });
}
