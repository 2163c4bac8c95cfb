import type { Knex } from 'knex';
import { bigId, changePermissions, foreignId, identityTable, isServer } from './schema.js';

const importing = 'imports.use';

/** Files of domains, mailboxes or aliases, whose lines wait to be applied. */
export async function up(db: Knex): Promise<void> {
  const longText = isServer(db) ? 'MEDIUMTEXT' : 'TEXT';
  await identityTable(db, 'imports', (table) => {
    bigId(table);
    table.string('kind', 16).notNullable();
    // 0 for the command line.
    table.bigInteger('account_id').unsigned().notNullable();
    table.bigInteger('actor_id').unsigned().nullable();
    // The only domain that it may be about.
    table.string('domain', 253).nullable();
    table.boolean('changes').notNullable();
    // The known columns of the file, and the headings of the others.
    table.text('columns').notNullable();
    table.text('unknown').notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('kept_until').notNullable().index();
  });
  await identityTable(db, 'import_lines', (table) => {
    table.bigInteger('id').unsigned().primary();
    foreignId(table, 'import_id', 'imports', 'CASCADE').notNullable();
    // What the line is about; null if that is invalid.
    table.string('name', 320).nullable();
    // What holds it and limits the number of its like: a mailbox's domain, a domain's owner.
    table.string('holder', 320).nullable();
    // JSON by column, without the password.
    table.specificType('content', longText).notNullable();
    // Sealed; null if it has none.
    table.text('password').nullable();
    table.string('password_hash', 512).nullable();
    table.boolean('is_generated').notNullable().defaultTo(false);
    // Whether an earlier line is about the same.
    table.boolean('is_repeated').notNullable().defaultTo(false);
    table.index(['import_id', 'holder', 'id']);
  });
  // Plans that include mailboxes or aliases include importing them.
  await changePermissions(db, (permissions) =>
    permissions.some((id) => id === 'mailboxes.manage' || id === 'aliases.manage')
      ? [...permissions, importing]
      : permissions,
  );
}

export async function down(db: Knex): Promise<void> {
  await changePermissions(db, (permissions) => permissions.filter((id) => id !== importing));
  await db.schema.dropTable('import_lines');
  await db.schema.dropTable('imports');
}
