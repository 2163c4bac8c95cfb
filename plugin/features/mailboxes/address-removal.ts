import type { Knex } from 'knex';
import type { Fields } from '../../changes/changed-fields.js';
import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, refused, willChange } from '../../changes/decision.js';
import type { RowsTogether, Verb } from '../../changes/verb.js';
import { NotFoundError } from '../../errors.js';
import type { KeptKind } from '../../removals/keeping.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { StoredAlias } from './alias.js';
import { type DomainMembers, ownersOf } from './domain-members.js';
import { keepAddresses } from './kept.js';
import { type Removal, type Removals, removalRefusal } from './removals.js';

/** A mailbox or an alias. */
export interface Addressed {
  readonly id: number;
  readonly address: string;
  readonly version: number;
}

export interface RemovedAddress<Thing> {
  readonly domain: DomainRow;
  readonly thing: Thing;
  readonly removal: Removal;
}

interface Wanted {
  /** The digest of the consequences that were shown; undefined skips the check. */
  readonly expected: string | undefined;
}

interface Parts<Thing> {
  readonly action: `${string}.removed`;
  readonly members: DomainMembers;
  readonly removals: Removals;
  readonly store: { remove(tx: Knex.Transaction, ids: readonly number[]): Promise<void> };
  readonly auditFields: (thing: Thing) => Fields;
  readonly kept: KeptKind;
}

/** Removes mailboxes or aliases, each with the aliases that forward nowhere else. */
export class AddressRemoval<Thing extends Addressed> implements Verb<
  RemovedAddress<Thing>,
  Wanted,
  RemovedAddress<Thing>,
  readonly StoredAlias[]
> {
  readonly together: RowsTogether<RemovedAddress<Thing>> = {
    isIndependent: isAlone,
    write: async (changing, decisions) => {
      const leaving = decisions.map(({ change }) => change);
      await this.#keep(changing, leaving);
      await this.#remove(changing, leaving);
    },
  };
  readonly #parts: Parts<Thing>;

  constructor(parts: Parts<Thing>) {
    this.#parts = parts;
  }

  get kind(): string {
    return this.#parts.kept.kind;
  }

  /** @throws {NotFoundError} when it has been removed. */
  async read(
    tx: Knex.Transaction,
    { scope }: Viewer,
    domain: DomainRow,
    held: (tx: Knex.Transaction) => Promise<Thing | undefined>,
  ): Promise<RemovedAddress<Thing>> {
    await this.#parts.members.hold(tx, domain);
    const thing = await held(tx);
    if (thing === undefined) {
      throw new NotFoundError();
    }
    return { domain, thing, removal: await this.#parts.removals.of(scope, thing, tx) };
  }

  decide(
    _viewer: Viewer,
    subject: RemovedAddress<Thing>,
    { expected }: Wanted,
  ): Decision<RemovedAddress<Thing>> {
    const refusal = removalRefusal(subject.removal, expected);
    return refusal === undefined ? willChange(subject) : refused(refusal);
  }

  /** @returns the aliases removed with it. */
  async write(
    changing: Changing,
    { change }: Agreed<RemovedAddress<Thing>>,
  ): Promise<readonly StoredAlias[]> {
    const kept = await this.#keep(changing, [change]);
    await this.#parts.removals.apply(changing, change.removal, kept.get(change.thing.id) ?? 0);
    await this.#remove(changing, [change]);
    return change.removal.removed;
  }

  async #keep(
    changing: Changing,
    leaving: readonly RemovedAddress<Thing>[],
  ): Promise<ReadonlyMap<number, number>> {
    const { kept, auditFields } = this.#parts;
    return await keepAddresses(
      changing,
      kept,
      leaving.map(({ domain, thing, removal: { shortened } }) => ({
        thing: { ...thing, domainId: domain.id },
        owners: ownersOf(domain),
        fields: auditFields(thing),
        shortened,
      })),
    );
  }

  async #remove(changing: Changing, leaving: readonly RemovedAddress<Thing>[]): Promise<void> {
    const { store, action, auditFields } = this.#parts;
    await store.remove(
      changing.tx,
      leaving.map(({ thing }) => thing.id),
    );
    await changing.recordAll(
      leaving.map(({ domain, thing }) => ({
        action,
        subject: thing.address,
        ...ownersOf(domain),
        before: auditFields(thing),
      })),
    );
    await changing.touch([...new Set(leaving.map(({ domain }) => domain.id))]);
  }
}

/** Whether no alias loses it, and none is removed with it. */
function isAlone({ removal: { removed, shortened } }: RemovedAddress<unknown>): boolean {
  return removed.length === 0 && shortened.length === 0;
}
