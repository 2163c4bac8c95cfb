import { withoutTag } from '../../addresses/index.js';
import type { Changing } from '../../changes/changes.js';
import type { EntryFields } from '../../changes/entry.js';
import { type KeptKind, type LeavingThing, keepRemoved } from '../../removals/keeping.js';
import type { LostTarget } from '../../removals/removal.js';
import type { StoredAlias } from './alias.js';
import type { ownersOf } from './domain-members.js';
import { forPeople } from './mailbox.js';

/** What is kept of a removed mailbox: its mail user keeps the account. */
export const keptMailbox: KeptKind = {
  kind: 'mailbox',
  restored: { action: 'mailbox.restored' },
  erased: { action: 'mailbox.erased' },
  tables: [
    { table: 'mailboxes', column: 'id' },
    { table: 'accounts', column: 'mailbox_id' },
    { table: 'mailbox_words', column: 'id' },
  ],
};

export const keptAlias: KeptKind = {
  kind: 'alias',
  restored: { action: 'alias.restored' },
  erased: { action: 'alias.erased' },
  tables: [
    { table: 'aliases', column: 'id' },
    { table: 'alias_targets', column: 'alias_id' },
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

/** Keeps addresses that are about to be removed. @returns the IDs of their removals by their own. */
export async function keepAddresses(
  changing: Changing,
  kind: KeptKind,
  leaving: readonly LeavingAddress[],
): Promise<ReadonlyMap<number, number>> {
  return await keepRemoved(changing, kind, leaving.map(leavingThing));
}

function leavingThing({ thing, owners, fields, shortened, keptAs }: LeavingAddress): LeavingThing {
  const { id, address, domainId } = thing;
  const { ownerId, resellerId, domain } = owners;
  return {
    id,
    name: address,
    title: forPeople(address),
    ownerId,
    resellerId,
    domainId,
    isReserved: true,
    ...(keptAs !== undefined && { partOf: keptAs }),
    held: { fields, domain, lost: targetsLost(address, shortened) },
  };
}

/** The targets at an address, tagged or not, that aliases lose with it. */
function targetsLost(address: string, shortened: readonly StoredAlias[]): readonly LostTarget[] {
  return shortened.flatMap(({ id, targets }) =>
    targets
      .filter((target) => withoutTag(target) === address)
      .map((target) => ({ aliasId: id, target })),
  );
}
