import type { Knex } from 'knex';
import { withoutTag } from '../../addresses/index.js';
import type { Changing } from '../../changes/changes.js';
import type { EntryFields } from '../../changes/entry.js';
import { type KeptKind, type KeptTable, keepRemoved } from '../../removals/keeping.js';
import type { LostTarget } from '../../removals/removal.js';
import type { StoredAlias } from './alias.js';
import type { ownersOf } from './domain-members.js';
import { forPeople } from './mailbox.js';

const byId = (table: string): KeptTable => ({
  table,
  rowsOf: (db: Knex, id) => db(table).where({ id }),
});

/** What is kept of a removed mailbox: its mail user keeps the account. */
export const keptMailbox: KeptKind = {
  kind: 'mailbox',
  restored: { action: 'mailbox.restored' },
  erased: { action: 'mailbox.erased' },
  tables: [
    byId('mailboxes'),
    { table: 'accounts', rowsOf: (db, id) => db('accounts').where({ mailbox_id: id }) },
    byId('mailbox_words'),
  ],
};

export const keptAlias: KeptKind = {
  kind: 'alias',
  restored: { action: 'alias.restored' },
  erased: { action: 'alias.erased' },
  tables: [
    byId('aliases'),
    {
      table: 'alias_targets',
      rowsOf: (db, id) => db('alias_targets').where({ alias_id: id }),
    },
  ],
};

interface LeavingAddress {
  readonly thing: { readonly id: number; readonly address: string; readonly domainId: number };
  readonly owners: ReturnType<typeof ownersOf>;
  readonly fields: EntryFields;
  /** Aliases that lose it, or another address, as a target. */
  readonly shortened: readonly StoredAlias[];
  /** The removal that it is a part of. */
  readonly keptAs?: number;
}

/** Keeps an address that is about to be removed. @returns the removal's ID. */
export async function keepAddress(
  changing: Changing,
  kind: KeptKind,
  { thing, owners, fields, shortened, keptAs }: LeavingAddress,
): Promise<number> {
  const { id, address, domainId } = thing;
  const { ownerId, resellerId, domain } = owners;
  return await keepRemoved(changing, kind, {
    id,
    name: address,
    title: forPeople(address),
    ownerId,
    resellerId,
    domainId,
    isReserved: true,
    ...(keptAs !== undefined && { partOf: keptAs }),
    held: { fields, domain, lost: targetsLost(address, shortened) },
  });
}

/** The targets at an address, tagged or not, that aliases lose with it. */
function targetsLost(address: string, shortened: readonly StoredAlias[]): readonly LostTarget[] {
  return shortened.flatMap(({ id, targets }) =>
    targets
      .filter((target) => withoutTag(target) === address)
      .map((target) => ({ aliasId: id, target })),
  );
}
