import type { Knex } from 'knex';
import type { Database } from '../../database/database.js';
import type { Claim, Leases } from '../../jobs/lease.js';
import { dueAccounts } from './due-accounts.js';
import type { GivenUpListener } from './given-up-mail.js';
import { messageLeases, statesUnderWay } from './leases.js';
import type { MessageOutcome, MessageState, Recipient, RecipientState } from './message.js';
import { ofSuspended } from './upkeep.js';
import type { MessageRow } from './store.js';
import type { Candidate } from './turns.js';

/** A message that only this process sends, until its lease ends. */
export interface Claimed extends Claim {
  readonly ownerId: number;
  readonly service: string;
  readonly subject: string;
  readonly messageId: string;
  readonly attempts: number;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** All recipients, whether or not they have it. */
  readonly recipients: readonly Pick<Recipient, 'address' | 'field'>[];
  /** Recipients that do not have it yet. */
  readonly waiting: readonly string[];
  /** How many have it. */
  readonly accepted: number;
}

/** The result of a claim. */
export interface Conclusion {
  readonly state: Exclude<MessageState, 'sending' | 'handing-over' | 'cancelled'>;
  readonly outcome: MessageOutcome;
  readonly reply: string | undefined;
  /** For a message that is queued again. */
  readonly nextAttemptAt?: number;
  readonly recipients: readonly Settled[];
  /** The attempt that ends, unless it has ended already. */
  readonly attempt?: EndedAttempt;
}

export interface EndedAttempt {
  readonly id: number;
  readonly outcome: MessageOutcome;
  readonly reply: string | undefined;
}

export interface Settled {
  readonly address: string;
  readonly state: RecipientState;
  readonly reply: string | undefined;
}

const candidatesAtOnce = 20;

/** Claims on messages, coordinated through the database by any number of processes. */
export class Claims {
  readonly #db: Database;
  readonly #now: () => number;
  readonly #leases: Leases;
  readonly #onGivenUp: GivenUpListener;

  constructor(db: Database, now: () => number, onGivenUp: GivenUpListener = async () => {}) {
    this.#db = db;
    this.#onGivenUp = onGivenUp;
    this.#now = now;
    this.#leases = messageLeases(now);
  }

  /** The accounts with due messages. */
  async dueAccounts(): Promise<readonly Candidate[]> {
    return await dueAccounts(this.#db.knex, this.#now());
  }

  /** Claims the message of an account that has been due longest; undefined if there is none. */
  async next(ownerId: number): Promise<Claimed | undefined> {
    const due: MessageRow[] = await this.#db
      .knex<MessageRow>('messages')
      .where({ state: 'queued', owner_id: ownerId })
      .where('next_attempt_at', '<=', this.#now())
      .whereNotExists(ofSuspended)
      .orderBy(['next_attempt_at', 'id'])
      .limit(candidatesAtOnce);
    for (const row of due) {
      const claim = await this.#take(row.id);
      if (claim !== undefined) {
        return await this.#claimed(row, claim);
      }
    }
    return undefined;
  }

  /**
   * Records the start of an attempt through a server.
   *
   * @returns the attempt's ID.
   * @throws {ClaimLostError}
   */
  async begin(
    { id, claim, attempts }: Claimed,
    {
      server,
      label,
    }: { readonly server: { readonly id: number } | undefined; readonly label: string },
  ): Promise<number> {
    return await this.#db.transaction(async (tx) => {
      await this.#leases.hold(
        tx,
        { id, claim },
        {
          state: 'sending',
          server_id: server?.id ?? null,
        },
      );
      const [attempt] = await tx('message_attempts').insert({
        message_id: id,
        number: attempts,
        at: this.#now(),
        server: label,
      });
      return Number(attempt);
    });
  }

  /** Records that the server may have the message from now on. @throws {ClaimLostError} */
  async handOver(claimed: Claimed): Promise<void> {
    await this.#db.transaction((tx) => this.#leases.hold(tx, claimed, { state: 'handing-over' }));
  }

  /** Records an attempt that has handed nothing over. @throws {ClaimLostError} */
  async end(claimed: Claimed, attempt: EndedAttempt): Promise<void> {
    await this.#db.transaction(async (tx) => {
      await this.#endAttempt(tx, attempt);
      await this.#leases.hold(tx, claimed, { state: 'sending' });
    });
  }

  /** Renews the lease. */
  async renew(claimed: Claimed): Promise<void> {
    await this.#db.transaction((tx) => this.#leases.renew(tx, claimed));
  }

  /** A process that lost its claim but has seen the server's answer replaces `unknown` by it. */
  async conclude(claimed: Claimed, conclusion: Conclusion): Promise<void> {
    const { id, claim } = claimed;
    const { state, outcome, reply, nextAttemptAt, recipients, attempt } = conclusion;
    await this.#db.transaction(async (tx) => {
      if (attempt !== undefined) {
        await this.#endAttempt(tx, attempt);
      }
      const changed = await tx('messages')
        .where({ id, claim })
        .whereIn('state', [...statesUnderWay, 'unknown'])
        .update({
          state,
          outcome,
          reply: reply ?? null,
          next_attempt_at: nextAttemptAt ?? null,
          finished_at: state === 'queued' ? null : this.#now(),
          lease_until: null,
        });
      if (changed !== 1) {
        return;
      }
      for (const { address, state: reached, reply: answer } of recipients) {
        await tx('message_recipients')
          .where({ message_id: id, address })
          .update({ state: reached, reply: answer ?? null });
      }
      if (state === 'failed') {
        await this.#onGivenUp({ tx }, claimed);
      }
    });
  }

  /**
   * Postpones a message that was not tried until its servers are used again, together with the account's others for the
   * same service.
   */
  async postpone({ ownerId, service, ...claimed }: Claimed, until: number): Promise<void> {
    await this.#db.transaction(async (tx) => {
      await this.#leases.release(tx, claimed, {
        state: 'queued',
        attempts: tx.raw('attempts - 1'),
        next_attempt_at: this.#now(),
      });
      await tx('messages')
        .where({ state: 'queued', owner_id: ownerId, service })
        .where('next_attempt_at', '<', until)
        .where('next_attempt_at', '<', tx.ref('expires_at'))
        .update({
          next_attempt_at: tx.raw('CASE WHEN expires_at < ? THEN expires_at ELSE ? END', [
            until,
            until,
          ]),
        });
    });
  }

  async #take(id: number): Promise<string | undefined> {
    return await this.#db.transaction((tx) =>
      this.#leases.take(
        tx('messages').where({ id, state: 'queued' }).where('next_attempt_at', '<=', this.#now()),
        { state: 'sending', attempts: tx.raw('attempts + 1') },
      ),
    );
  }

  async #claimed(row: MessageRow, claim: string): Promise<Claimed> {
    const recipients: Pick<Recipient, 'address' | 'field' | 'state'>[] = await this.#db
      .knex('message_recipients')
      .where({ message_id: row.id })
      .orderBy('position');
    return {
      id: row.id,
      claim,
      ownerId: row.owner_id,
      service: row.service,
      subject: row.subject,
      messageId: row.message_id,
      attempts: row.attempts + 1,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
      recipients,
      waiting: recipients.filter(({ state }) => state === 'waiting').map(({ address }) => address),
      accepted: recipients.filter(({ state }) => state === 'accepted').length,
    };
  }

  async #endAttempt(tx: Knex, { id, outcome, reply }: EndedAttempt): Promise<void> {
    await tx('message_attempts')
      .where({ id })
      .update({ outcome, reply: reply ?? null, ended_at: this.#now() });
  }
}
