import type { Knex } from 'knex';
import { foreignId } from './schema.js';

const numbers = [
  'max_domains',
  'max_all_mailboxes',
  'max_all_aliases',
  'max_all_quota_bytes',
  'mailbox_per_hour',
  'max_mailbox_per_hour',
  'domain_per_hour',
  'max_domain_per_hour',
  'account_per_hour',
  'max_account_per_hour',
];

/** Tables with an outgoing limit of their own; NULL inherits the plan's. */
const limited = ['accounts', 'domains', 'mailboxes'];

/** Plans have more numbers, and may belong to resellers. */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('plans', (table) => {
    numbers.forEach((column) => table.bigInteger(column).nullable());
    foreignId(table, 'owner_id', 'accounts', 'RESTRICT').nullable().index();
  });
  for (const name of limited) {
    await db.schema.alterTable(name, (table) => {
      table.bigInteger('limit_per_hour').nullable();
    });
  }
}

export async function down(db: Knex): Promise<void> {
  // Knex would copy the whole table on SQLite.
  for (const name of limited) {
    await db.raw('ALTER TABLE ?? DROP COLUMN limit_per_hour', [name]);
  }
  await dropOwners(db);
  for (const column of numbers) {
    await db.raw('ALTER TABLE plans DROP COLUMN ??', [column]);
  }
}

async function dropOwners(db: Knex): Promise<void> {
  await db.schema.alterTable('plans', (table) => {
    table.dropForeign('owner_id');
    table.dropIndex('owner_id');
  });
  await db.raw('ALTER TABLE plans DROP COLUMN owner_id');
}
