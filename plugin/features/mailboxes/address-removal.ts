import type { Knex } from 'knex';
import type { Fields } from '../../changes/changed-fields.js';
import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, refused, willChange } from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import { NotFoundError } from '../../errors.js';
import type { KeptKind } from '../../removals/keeping.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { StoredAlias } from './alias.js';
import { type DomainMembers, ownersOf } from './domain-members.js';
import { keepAddress } from './kept.js';
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
  readonly store: { remove(tx: Knex.Transaction, id: number): Promise<void> };
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
    const { domain, thing, removal } = change;
    const { removals, store, action, auditFields, kept } = this.#parts;
    const owners = ownersOf(domain);
    const fields = auditFields(thing);
    const { shortened } = removal;
    const of = { thing: { ...thing, domainId: domain.id }, owners, fields, shortened };
    await removals.apply(changing, removal, await keepAddress(changing, kept, of));
    await store.remove(changing.tx, thing.id);
    await changing.record({ action, subject: thing.address, ...owners, before: fields });
    await changing.touch([domain.id]);
    return removal.removed;
  }
}
