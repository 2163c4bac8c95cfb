import type { Knex } from 'knex';
import type { Changing } from '../../changes/changes.js';
import { type KeptKind, keepRemoved } from '../../removals/keeping.js';
import { ownersIn } from '../../viewing/scope.js';
import type { DomainRow } from './domain.js';

const ofMailboxes = { table: 'mailboxes', column: 'domain_id' };
const ofAliases = { table: 'aliases', column: 'domain_id' };

/** What is kept of a removed domain: its mailboxes and aliases are a part of it. */
export const keptDomain: KeptKind = {
  kind: 'domain',
  restored: { action: 'domain.restored' },
  erased: { action: 'domain.erased' },
  tables: [
    { table: 'domains', column: 'id' },
    ofMailboxes,
    { table: 'accounts', column: 'mailbox_id', within: ofMailboxes },
    { table: 'mailbox_words', column: 'id', within: ofMailboxes },
    ofAliases,
    { table: 'alias_targets', column: 'alias_id', within: ofAliases },
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
  await keepRemoved(changing, keptDomain, [
    {
      id,
      name: row.name,
      title: row.utf8_name ?? row.name,
      ...ownersIn(row),
      isReserved: true,
      held: { fields: {}, domain: row.name, counts },
    },
  ]);
}

async function countIn(db: Knex, table: string, domainId: number): Promise<number> {
  const [row] = await db(table).where({ domain_id: domainId }).count('* as n');
  return Number(row?.['n']);
}
