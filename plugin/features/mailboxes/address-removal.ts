import type { Knex } from 'knex';
import type { Fields } from '../../changes/changed-fields.js';
import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, refused, willChange } from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import { NotFoundError } from '../../errors.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { StoredAlias } from './alias.js';
import { type DomainMembers, ownersOf } from './domain-members.js';
import { type Removal, type Removals, removalRefusal } from './removals.js';

/** A mailbox or an alias. */
export interface Addressed {
  readonly id: number;
  readonly address: string;
  readonly version: number;
}

interface Subject<Thing> {
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
}

/** Removes mailboxes or aliases, each with the aliases that forward nowhere else. */
export class AddressRemoval<Thing extends Addressed> implements Verb<
  Subject<Thing>,
  Wanted,
  Subject<Thing>,
  readonly StoredAlias[]
> {
  readonly #parts: Parts<Thing>;

  constructor(parts: Parts<Thing>) {
    this.#parts = parts;
  }

  /** @throws {NotFoundError} when it has been removed. */
  async read(
    tx: Knex.Transaction,
    { scope }: Viewer,
    domain: DomainRow,
    held: (tx: Knex.Transaction) => Promise<Thing | undefined>,
  ): Promise<Subject<Thing>> {
    await this.#parts.members.hold(tx, domain);
    const thing = await held(tx);
    if (thing === undefined) {
      throw new NotFoundError();
    }
    return { domain, thing, removal: await this.#parts.removals.of(scope, thing, tx) };
  }

  decide(_viewer: Viewer, subject: Subject<Thing>, { expected }: Wanted): Decision<Subject<Thing>> {
    const refusal = removalRefusal(subject.removal, expected);
    return refusal === undefined ? willChange(subject) : refused(refusal);
  }

  /** @returns the aliases removed with it. */
  async write(
    changing: Changing,
    { change }: Agreed<Subject<Thing>>,
  ): Promise<readonly StoredAlias[]> {
    const { domain, thing, removal } = change;
    const { removals, store, action, auditFields } = this.#parts;
    await removals.apply(changing, removal);
    await store.remove(changing.tx, thing.id);
    await changing.record({
      action,
      subject: thing.address,
      ...ownersOf(domain),
      before: auditFields(thing),
    });
    await changing.touch([domain.id]);
    return removal.removed;
  }
}
