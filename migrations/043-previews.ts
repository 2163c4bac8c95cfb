import type { Knex } from 'knex';
import { bigId, foreignId, identityTable, isServer } from './schema.js';

/** What an action would do to selected rows. Rows that are decided alike share a class. */
export async function up(db: Knex): Promise<void> {
  const longText = isServer(db) ? 'MEDIUMTEXT' : 'TEXT';
  await identityTable(db, 'previews', (table) => {
    bigId(table);
    table.string('action', 100).notNullable();
    // The thing of its audit entries.
    table.string('thing', 64).notNullable();
    // 0 for the command line.
    table.bigInteger('account_id').unsigned().notNullable();
    table.bigInteger('actor_id').unsigned().nullable();
    // Who may see which rows, when it was made.
    table.string('scope', 100).notNullable();
    table.specificType('wanted', longText).notNullable();
    table.specificType('selection', longText).notNullable();
    // The list as it was left.
    table.string('list', 2500).notNullable();
    table.bigInteger('counted_to').notNullable().defaultTo(0);
    table.boolean('is_counted').notNullable().defaultTo(false);
    table.bigInteger('will_change').notNullable().defaultTo(0);
    table.bigInteger('already_so').notNullable().defaultTo(0);
    table.bigInteger('refused').notNullable().defaultTo(0);
    table.bigInteger('created_at').notNullable();
    table.bigInteger('expires_at').notNullable();
    // Null until it is applied.
    table.bigInteger('applied_at').nullable();
    // The group of its audit entries.
    table.string('group_id', 36).nullable().index();
    table.bigInteger('job_id').unsigned().nullable().index();
    table.bigInteger('applied_to').notNullable().defaultTo(0);
    table.bigInteger('kept_until').notNullable().index();
  });
  await identityTable(db, 'preview_classes', (table) => {
    foreignId(table, 'preview_id', 'previews', 'CASCADE').notNullable();
    table.integer('number').notNullable();
    table.string('digest', 43).notNullable();
    table.string('kind', 16).notNullable();
    // Whether its rows are written at once.
    table.boolean('is_alike').notNullable();
    // Null where the preview's own is wanted.
    table.specificType('wanted', longText).nullable();
    table.specificType('before', longText).nullable();
    table.specificType('after', longText).nullable();
    table.specificType('reasons', longText).nullable();
    table.bigInteger('row_count').notNullable();
    table.primary(['preview_id', 'number']);
    table.unique(['preview_id', 'digest']);
  });
  await createRows(db);
}

/** A table that is its own index by the rows' IDs, as chunks read and write it, with one more by the rows' names. */
async function createRows(db: Knex): Promise<void> {
  const define = (table: Knex.CreateTableBuilder): void => {
    foreignId(table, 'preview_id', 'previews', 'CASCADE').notNullable();
    table.bigInteger('row_id').unsigned().notNullable();
    // The row's version when it was decided about.
    table.bigInteger('version').notNullable();
    table.integer('class').notNullable();
    table.string('name', 320).notNullable();
    table.string('sort_name', 512).notNullable();
    // Null where it follows from the class.
    table.string('outcome', 16).nullable();
    table.specificType('detail', isServer(db) ? 'MEDIUMTEXT' : 'TEXT').nullable();
    table.primary(['preview_id', 'row_id']);
    table.index(['preview_id', 'sort_name', 'row_id']);
  };
  if (isServer(db)) {
    await identityTable(db, 'preview_rows', define);
    return;
  }
  for (const { sql } of db.schema.createTable('preview_rows', define).toSQL()) {
    await db.raw(/^create table/i.test(sql) ? `${sql} WITHOUT ROWID` : sql);
  }
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('preview_rows');
  await db.schema.dropTable('preview_classes');
  await db.schema.dropTable('previews');
}
