import type { Knex } from 'knex';
import type { Changing } from '../../changes/changes.js';
import type { Agreed, Decision } from '../../changes/decision.js';
import type { Asked, RowsTogether, RowsVerb } from '../../changes/verb.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import type { Scope } from '../../viewing/scope.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { AddressRemoval, Addressed, RemovedAddress } from './address-removal.js';
import type { StoredAlias } from './alias.js';
import type { Mailbox } from './mailbox.js';
import { mailboxFrom } from './mailbox-store.js';
import { type Removals, removalOfAlone } from './removals.js';
import { aliasesByIds } from './rows-aliases.js';
import { mailboxesByIds } from './rows-mailboxes.js';

/** Mailboxes or aliases by their IDs, which a transaction locks with their domains. */
type Found<Thing> = (
  db: Knex,
  scope: Scope,
  ids: readonly number[],
) => Promise<readonly Leaving<Thing>[]>;

interface Leaving<Thing> {
  readonly domain: DomainRow;
  readonly thing: Thing;
}

/** Removes selected mailboxes or aliases. */
export class RowsRemoval<Thing extends Addressed> implements RowsVerb<
  RemovedAddress<Thing>,
  undefined,
  RemovedAddress<Thing>,
  readonly StoredAlias[]
> {
  readonly #verb: AddressRemoval<Thing>;
  readonly #removals: Removals;
  readonly #find: Found<Thing>;

  get together(): RowsTogether<RemovedAddress<Thing>> {
    return this.#verb.together;
  }

  constructor(verb: AddressRemoval<Thing>, removals: Removals, find: Found<Thing>) {
    this.#verb = verb;
    this.#removals = removals;
    this.#find = find;
  }

  async load(): Promise<undefined> {}

  async read(
    db: Knex,
    { viewer: { scope } }: Pick<Asked<undefined>, 'viewer'>,
    ids: readonly number[],
  ): Promise<readonly RemovedAddress<Thing>[]> {
    const within = db.isTransaction ? db : undefined;
    const found = await this.#find(db, scope, ids);
    const things = found.map(({ thing }) => thing);
    const led = await this.#removals.ledTo(things, within);
    const subjects: RemovedAddress<Thing>[] = [];
    for (const each of found) {
      const removal = led.has(each.thing.address)
        ? await this.#removals.of(scope, each.thing, within)
        : removalOfAlone(each.thing);
      subjects.push({ ...each, removal });
    }
    return subjects;
  }

  decide(viewer: Viewer, subject: RemovedAddress<Thing>): Decision<RemovedAddress<Thing>> {
    return this.#verb.decide(viewer, subject, { expected: undefined });
  }

  async write(
    changing: Changing,
    decision: Agreed<RemovedAddress<Thing>>,
  ): Promise<readonly StoredAlias[]> {
    return await this.#verb.write(changing, decision);
  }
}

export async function leavingMailboxes(
  ...asked: Parameters<Found<Mailbox>>
): Promise<readonly Leaving<Mailbox>[]> {
  const found = await mailboxesByIds(...asked);
  return found.map(({ domainRow: domain, row }) => ({ domain, thing: mailboxFrom(row) }));
}

export async function leavingAliases(
  ...asked: Parameters<Found<StoredAlias>>
): Promise<readonly Leaving<StoredAlias>[]> {
  const found = await aliasesByIds(...asked);
  return found.map(({ domainRow: domain, alias }) => ({ domain, thing: alias }));
}
