import type { Knex } from 'knex';
import type { Changing } from '../../changes/changes.js';
import { type KeptKind, keepRemoved } from '../../removals/keeping.js';
import { ownersIn } from '../../viewing/scope.js';
import type { DomainRow } from './domain.js';

const within = (table: string, id: number, db: Knex): Knex.QueryBuilder =>
  db(table).where({ domain_id: id }).select('id');

/** What is kept of a removed domain: its mailboxes and aliases are a part of it. */
export const keptDomain: KeptKind = {
  kind: 'domain',
  restored: { action: 'domain.restored' },
  erased: { action: 'domain.erased' },
  tables: [
    { table: 'domains', rowsOf: (db, id) => db('domains').where({ id }) },
    { table: 'mailboxes', rowsOf: (db, id) => db('mailboxes').where({ domain_id: id }) },
    {
      table: 'accounts',
      rowsOf: (db, id) => db('accounts').whereIn('mailbox_id', within('mailboxes', id, db)),
    },
    {
      table: 'mailbox_words',
      rowsOf: (db, id) => db('mailbox_words').whereIn('id', within('mailboxes', id, db)),
    },
    { table: 'aliases', rowsOf: (db, id) => db('aliases').where({ domain_id: id }) },
    {
      table: 'alias_targets',
      rowsOf: (db, id) => db('alias_targets').whereIn('alias_id', within('aliases', id, db)),
    },
  ],
};

/** Keeps a domain that is about to be removed. */
export async function keepDomain(changing: Changing, id: number): Promise<void> {
  const row = await changing.tx<DomainRow>('domains').where({ id }).forUpdate().first();
  if (row === undefined) {
    return;
  }
  const counts = {
    mailboxes: await countIn(changing.tx, 'mailboxes', id),
    aliases: await countIn(changing.tx, 'aliases', id),
  };
  await keepRemoved(changing, keptDomain, {
    id,
    name: row.name,
    title: row.utf8_name ?? row.name,
    ...ownersIn(row),
    isReserved: true,
    held: { fields: {}, domain: row.name, counts },
  });
}

async function countIn(db: Knex, table: string, domainId: number): Promise<number> {
  const [row] = await db(table).where({ domain_id: domainId }).count('* as n');
  return Number(row?.['n']);
}
