import type { Knex } from 'knex';
import { bigId, identityTable, isServer } from './schema.js';

/** Equality filters of the list, each with its index in the list's order. */
const filtered = ['actor_id', 'acting_as', 'origin', 'thing', 'did'];

/**
 * Entries of one group and action make up an act, a line of the activity log. Each scope that sees some of them has a row
 * of its own with what it sees: `owner_id` and `reseller_id` are 0 but for the one that the row is for, and both for
 * administrators. Entries know their domain, so that the log of one is found.
 */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('audit_entries', (table) => {
    table.string('domain', 255).nullable();
  });
  await fillDomains(db);
  await db('audit_entries')
    .whereNull('group_id')
    .update({ group_id: db.raw(isServer(db) ? "CONCAT('entry-', id)" : "'entry-' || id") });
  await db.schema.alterTable('audit_entries', (table) => table.index(['domain', 'id']));
  await identityTable(db, 'audit_acts', (table) => {
    bigId(table);
    table.string('group_id', 36).notNullable();
    table.string('action', 64).notNullable();
    // The first half of the action, and its last word.
    table.string('thing', 64).notNullable();
    table.string('did', 64).notNullable();
    table.bigInteger('owner_id').notNullable();
    table.bigInteger('reseller_id').notNullable();
    table.bigInteger('at').notNullable();
    table.bigInteger('first_id').notNullable();
    table.bigInteger('entries').notNullable();
    // Of what every entry changed, if it is the same; empty otherwise.
    table.string('change_digest', 32).notNullable();
    table.bigInteger('actor_id').nullable();
    table.string('acting_as', 320).nullable();
    table.string('origin', 64).notNullable();
    table.unique(['group_id', 'action', 'owner_id', 'reseller_id']);
    for (const filter of [[], ...filtered.map((each) => [each])]) {
      table.index(['owner_id', 'reseller_id', ...filter, 'at', 'id']);
    }
  });
  await fillActs(db);
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('audit_acts');
  await db.schema.alterTable('audit_entries', (table) => table.dropIndex(['domain', 'id']));
  // On SQLite, Knex would recreate the table without the triggers of its search index.
  await db.raw('ALTER TABLE audit_entries DROP COLUMN domain');
}

async function fillDomains(db: Knex): Promise<void> {
  await db('audit_entries')
    .where('action', 'like', 'domain.%')
    .orWhere('action', 'like', 'domain-mail.%')
    .update({ domain: db.ref('subject') });
  const behindAt = isServer(db)
    ? "SUBSTRING_INDEX(subject, '@', -1)"
    : "SUBSTR(subject, INSTR(subject, '@') + 1)";
  await db('audit_entries')
    .where((address) => {
      void address.where('action', 'like', 'mailbox.%').orWhere('action', 'like', 'alias.%');
    })
    .where('subject', 'like', '%@%')
    .update({ domain: db.raw(behindAt) });
}

async function fillActs(db: Knex): Promise<void> {
  for (const [owner, reseller] of [
    ['0', '0'],
    ['owner_id', '0'],
    ['0', 'reseller_id'],
  ] as const) {
    await db.raw(`INSERT INTO audit_acts (group_id, action, thing, did, owner_id, reseller_id, at, first_id,
        entries, change_digest, actor_id, acting_as, origin)
      SELECT group_id, action, '', '', ${owner}, ${reseller}, MIN(at), MIN(id),
        COUNT(*), '', MIN(actor_id), MIN(acting_as), MIN(origin)
      FROM audit_entries WHERE ${owner} IS NOT NULL AND ${reseller} IS NOT NULL
      GROUP BY group_id, action${owner === '0' ? '' : ', owner_id'}${reseller === '0' ? '' : ', reseller_id'}`);
  }
  const actions: readonly string[] = await db('audit_acts').distinct('action').pluck('action');
  for (const action of actions) {
    const [thing = '', past = ''] = action.split('.');
    await db('audit_acts')
      .where({ action })
      .update({ thing, did: past.replace(/^.*-/, '') });
  }
}
