import type { Knex } from 'knex';
import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, refused, willChange } from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import { NotFoundError } from '../../errors.js';
import { type Account, resellerOf } from '../../panel/directory/account.js';
import type { AccountStore } from '../../panel/directory/account-store.js';
import type { PlanNumbers } from '../../panel/directory/plan.js';
import type { Viewer } from '../../viewing/viewer.js';
import { KeyReusedError } from '../../web/idempotency.js';
import type { MessageStatus } from './message.js';
import { type KnownMessage, type MessageStore, type NewMessage, storedBytesOf } from './store.js';
import { type Usage, countMessage, planRefusal, usageOf } from './usage.js';

interface Subject {
  readonly owner: Account;
  readonly limits: PlanNumbers;
  readonly usage: Usage;
  /** The message that was queued under the same key. */
  readonly known: KnownMessage | undefined;
}

type Wanted = Omit<NewMessage, 'ownerId' | 'resellerId'>;

interface Change {
  readonly message: NewMessage;
  readonly known: KnownMessage | undefined;
}

interface Accepted {
  readonly id: number;
  /** Undefined when it was queued before. */
  readonly queued: MessageStatus | undefined;
}

interface AcceptanceParts {
  readonly accounts: AccountStore;
  readonly store: MessageStore;
}

/** Queues messages within their accounts' plans. Messages are no settings, so the log of changes does not name them. */
export class Acceptance implements Verb<Subject, Wanted, Change, Accepted> {
  readonly #parts: AcceptanceParts;

  constructor(parts: AcceptanceParts) {
    this.#parts = parts;
  }

  /** Locks the account (FOR UPDATE), so that counts stay true. @throws {NotFoundError} */
  async read(
    tx: Knex.Transaction,
    { scope, accountId }: Viewer,
    { idempotencyKey }: Pick<Wanted, 'idempotencyKey'>,
  ): Promise<Subject> {
    const { accounts, store } = this.#parts;
    const owner = await accounts.hold(tx, scope, accountId);
    if (owner === undefined) {
      throw new NotFoundError();
    }
    return {
      owner,
      limits: await accounts.limitsOf(tx, owner),
      usage: await usageOf(tx, accountId),
      known: await store.findByKey(accountId, idempotencyKey, tx),
    };
  }

  decide(_viewer: Viewer, subject: Subject, wanted: Wanted): Decision<Change> {
    const { owner, known, limits, usage } = subject;
    const message = { ...wanted, ownerId: owner.id, resellerId: resellerOf(owner) };
    const change = { message, known };
    if (known !== undefined) {
      return known.fingerprint === wanted.fingerprint
        ? { kind: 'already-so', change }
        : refused(new KeyReusedError());
    }
    const refusal = planRefusal(limits, usage, storedBytesOf(wanted));
    return refusal === undefined ? willChange(change) : refused(refusal);
  }

  async write({ tx }: Changing, { change }: Agreed<Change>): Promise<Accepted> {
    const { message, known } = change;
    if (known !== undefined) {
      return { id: known.message.id, queued: undefined };
    }
    await countMessage(tx, message.ownerId, storedBytesOf(message));
    const queued = await this.#parts.store.insert(tx, message);
    return { id: queued.message.id, queued };
  }
}
