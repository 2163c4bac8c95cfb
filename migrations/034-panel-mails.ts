import type { Knex } from 'knex';
import { bigId, foreignId, identityTable } from './schema.js';

/** The mails of the panel itself: how they are sent, those that are queued, and who switched which kinds off. */
export async function up(db: Knex): Promise<void> {
  await identityTable(db, 'panel_mail_settings', (table) => {
    // The only row is 1.
    table.integer('id').notNullable().primary();
    table.string('way', 16).notNullable();
    foreignId(table, 'server_id', 'smtp_servers', 'RESTRICT').nullable().index();
    // Null for the default of the way.
    table.string('from_address', 254).nullable();
    table.string('from_name', 100).nullable();
  });
  await identityTable(db, 'panel_mails', (table) => {
    bigId(table);
    table.string('kind', 60).notNullable();
    foreignId(table, 'account_id', 'accounts', 'CASCADE').nullable().index();
    // Of somebody who has no account yet.
    table.string('address', 254).nullable();
    table.string('locale', 2).nullable();
    // What it says and its link, encrypted.
    table.text('content').nullable();
    // Null until the outbox has it.
    foreignId(table, 'message_id', 'messages', 'CASCADE').nullable().unique();
    table.bigInteger('expires_at').notNullable().index();
  });
  await identityTable(db, 'muted_mails', (table) => {
    foreignId(table, 'account_id', 'accounts', 'CASCADE').notNullable();
    table.string('kind', 60).notNullable();
    table.primary(['account_id', 'kind']);
  });
}

export async function down(db: Knex): Promise<void> {
  for (const name of ['muted_mails', 'panel_mails', 'panel_mail_settings']) {
    await db.schema.dropTable(name);
  }
}
