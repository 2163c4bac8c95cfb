import type { Knex } from 'knex';
import { isServer } from './schema.js';

const scopes = [[], ['reseller_id'], ['owner_id']];
const hiddenAtFirst = ['plan', 'mx-hosts', 'outgoing', 'webmail', 'changed'];
const added = ['mx', 'mx_hosts', 'mx_at', 'mx_failed_at', 'mx_due_at', 'changed_at'];

/**
 * Where the MX records of domains lead, as looked up in the background, and when their mail settings were last changed.
 * For domains that were changed before, the activity log knows it, as far back as it is kept.
 */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('domains', (table) => {
    table.string('mx', 10).notNullable().defaultTo('unknown');
    table.string('mx_hosts', 500).nullable();
    table.bigInteger('mx_at').nullable();
    table.bigInteger('mx_failed_at').nullable();
    table.bigInteger('mx_due_at').notNullable().defaultTo(0);
    table.bigInteger('changed_at').nullable();
  });
  await db('domains').update({
    changed_at: db('audit_entries')
      .where('audit_entries.domain', db.ref('domains.name'))
      .where('audit_entries.action', 'domain-mail.changed')
      .max('audit_entries.at'),
  });
  await db.schema.alterTable('domains', (table) => {
    scopes.forEach((scope) => table.index([...scope, 'mx', 'sort_name', 'id']));
    table.index(['mx_due_at']);
  });
  await hideColumns(db);
}

/** A choice of columns says what is hidden; those that nobody needs at first stay hidden. */
async function hideColumns(db: Knex): Promise<void> {
  const list = 'domains';
  const choices = await db<{ account_id: number; list: string; hidden: string }>(
    'table_choices',
  ).where({ list });
  for (const { account_id, hidden } of choices) {
    const before: string[] = JSON.parse(hidden);
    await db('table_choices')
      .where({ account_id, list })
      .update({ hidden: JSON.stringify([...before, ...hiddenAtFirst]) });
  }
}

export async function down(db: Knex): Promise<void> {
  await db.schema.alterTable('domains', (table) => {
    scopes.forEach((scope) => table.dropIndex([...scope, 'mx', 'sort_name', 'id']));
  });
  await db.raw(`DROP INDEX domains_mx_due_at_index${isServer(db) ? ' ON domains' : ''}`);
  for (const name of added) {
    // Knex would copy the whole table on SQLite.
    await db.raw('ALTER TABLE domains DROP COLUMN ??', [name]);
  }
}
