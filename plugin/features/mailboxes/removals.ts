import type { Knex } from 'knex';
import { EmailAddress, readable, withoutTag } from '../../addresses/index.js';
import { type ChangedFields, changedFields } from '../../changes/changed-fields.js';
import type { Database } from '../../database/database.js';
import type { Changing } from '../../changes/changes.js';
import type { Scope } from '../../viewing/scope.js';
import { ConflictError, NotFoundError } from '../../errors.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import {
  type Alias,
  type Consequences,
  type StoredAlias,
  leadsToItself,
  withoutAddress,
} from './alias.js';
import type { AliasStore } from './alias-store.js';
import { ownersOf } from './domain-members.js';
import { keepAddresses, keptAlias } from './kept.js';
import { followed } from './following.js';
import { forPeople } from './mailbox.js';
import { aliasFields } from './audit-fields.js';

/** The consequences of removing an address, as far as the viewer can see them. */
export interface Removal extends Consequences<StoredAlias> {
  readonly address: string;
  /** Domains that forward mail for unknown recipients to it, which prevents the removal; in ASCII. */
  readonly forwarding: readonly string[];
  /** Where mail for it is forwarded to once it and the removed aliases are gone. */
  readonly steps: readonly Alias[];
  /** A digest of all consequences. */
  readonly expected: string;
}

interface Removed {
  readonly address: string;
  readonly version: number;
}

/**
 * Removes addresses from aliases that forward to them. Aliases outside of the viewer's scope are left alone: there, the
 * address counts as foreign.
 */
export class Removals {
  readonly #db: Database;
  readonly #aliases: AliasStore;

  constructor(db: Database, aliases: AliasStore) {
    this.#db = db;
    this.#aliases = aliases;
  }

  async of(scope: Scope, { address, version }: Removed, tx?: Knex): Promise<Removal> {
    const leading = await this.#aliases.leadingTo(scope, address, tx);
    const { removed, shortened } = withoutAddress(address, leading);
    const gone = [address, ...removed.map((alias) => alias.address)];
    const forwarding = await this.#aliases.forwardingDomains(scope, gone, tx);
    const steps = await followed(tx ?? this.#db.knex, [address], new Set(gone));
    const expected = expectedOf(version, removed, shortened);
    return { address, removed, shortened, forwarding, steps: steps ?? [], expected };
  }

  /** Which of these addresses aliases or domains lead to, whoever owns them. The removal of others touches nothing else. */
  async ledTo(things: readonly Removed[], tx?: Knex): Promise<ReadonlySet<string>> {
    const addresses = things.map(({ address }) => address);
    return new Set(await this.#aliases.ledToAmong(addresses, tx));
  }

  /**
   * Applies a removal's consequences to aliases, in the transaction that removes the address itself.
   *
   * @param keptAs the ID of the address's own removal: the aliases come back with it.
   */
  async apply(changing: Changing, removal: Removal, keptAs: number): Promise<void> {
    const { removed, shortened } = removal;
    const { tx, touch } = changing;
    const domains = await domainsOf(tx, [...removed, ...shortened]);
    const gone = goneWith(removal);

    if (removed.length > 0) {
      await this.#remove(changing, removal, { keptAs, domains });
    }
    for (const alias of shortened) {
      const targets = alias.targets.filter((target) => !gone.has(withoutTag(target)));
      await retarget(changing, this.#aliases, { alias, targets, domains });
    }
    await touch(domains.ids);
  }

  async #remove(
    changing: Changing,
    { removed, shortened }: Removal,
    { keptAs, domains }: { readonly keptAs: number; readonly domains: DomainsOf },
  ): Promise<void> {
    const leaving = removed.map((alias) => ({
      thing: alias,
      owners: domains.ownersOf(alias),
      fields: aliasFields(alias),
      shortened,
      keptAs,
    }));
    await keepAddresses(changing, keptAlias, leaving);
    await this.#aliases.remove(
      changing.tx,
      removed.map(({ id }) => id),
    );
    await changing.recordAll(
      leaving.map(({ thing, owners, fields }) => ({
        action: 'alias.removed',
        subject: thing.address,
        ...owners,
        before: fields,
      })),
    );
  }
}

/** The removal of an address that nothing leads to, so that no mail loops through it either. */
export function removalOfAlone({ address, version }: Removed): Removal {
  const expected = expectedOf(version, [], []);
  return { address, removed: [], shortened: [], forwarding: [], steps: [], expected };
}

/**
 * Why an address cannot be removed: domains forward to it, the consequences have changed, or its mail would loop, as it
 * counts as mail for an unknown recipient afterwards.
 *
 * @param expected the digest of the consequences that were shown; undefined skips the check.
 */
export function removalRefusal(
  removal: Removal,
  expected: string | undefined,
): ConflictError | undefined {
  const { address } = removal;
  if (removal.forwarding.length > 0) {
    return new ConflictError('mailboxes.errors.is-forwarded-to', {
      address: forPeople(address),
      domains: readable(removal.forwarding.join(', ')),
    });
  }
  if (expected !== undefined && expected !== removal.expected) {
    return new ConflictError('mailboxes.errors.removal-changed', { address: forPeople(address) });
  }
  return loops(removal) ? removalLoop(address) : undefined;
}

/** Whether mail for the removed address would come back to it, as the remaining aliases forward then. */
function loops(removal: Removal): boolean {
  const { address, shortened } = removal;
  const gone = goneWith(removal);
  const losing = new Set(shortened.map((alias) => alias.address));
  const steps = removal.steps.map((step) =>
    losing.has(step.address)
      ? { ...step, targets: step.targets.filter((target) => !gone.has(target)) }
      : step,
  );
  const first = steps.find((step) => step.address === address);
  return first !== undefined && leadsToItself(first, steps);
}

function goneWith({ address, removed }: Removal): ReadonlySet<string> {
  return new Set([address, ...removed.map((alias) => alias.address)]);
}

export function removalLoop(address: string): ConflictError {
  return new ConflictError('mailboxes.errors.removal-loop', { address: forPeople(address) });
}

/** The audit fields of an alias's change, with its new version. */
export function aliasChange(before: StoredAlias, after: Alias): ChangedFields {
  const changed = changedFields(aliasFields(before), aliasFields(after));
  return { before: changed.before, after: { ...changed.after, version: before.version + 1 } };
}

/** Gives an alias other targets. */
export async function retarget(
  { tx, record }: Changing,
  store: AliasStore,
  {
    alias,
    targets,
    domains,
  }: {
    readonly alias: StoredAlias;
    readonly targets: readonly string[];
    readonly domains: DomainsOf;
  },
): Promise<void> {
  await store.replace(tx, alias, EmailAddress.parse(alias.address), targets);
  await record({
    action: 'alias.changed',
    subject: alias.address,
    ...domains.ownersOf(alias),
    ...aliasChange(alias, { ...alias, targets }),
  });
}

interface DomainsOf {
  readonly ids: readonly number[];
  /** @throws {NotFoundError} */
  readonly ownersOf: (alias: StoredAlias) => ReturnType<typeof ownersOf>;
}

/** The domains of aliases, for the audit log and the mail servers. */
export async function domainsOf(tx: Knex, aliases: readonly StoredAlias[]): Promise<DomainsOf> {
  const ids = [...new Set(aliases.map(({ domainId }) => domainId))];
  const rows = await tx<DomainRow>('domains').whereIn('id', ids);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return {
    ids,
    ownersOf(alias) {
      const row = byId.get(alias.domainId);
      if (row === undefined) {
        throw new NotFoundError();
      }
      return ownersOf(row);
    },
  };
}

function expectedOf(
  version: number,
  removed: readonly StoredAlias[],
  shortened: readonly StoredAlias[],
): string {
  return [version, idsOf(removed), idsOf(shortened)].join(';');
}

function idsOf(aliases: readonly StoredAlias[]): string {
  return aliases
    .map(({ id }) => id)
    .toSorted((a, b) => a - b)
    .join(',');
}
