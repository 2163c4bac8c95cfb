import type { Knex } from 'knex';
import type { Database } from '../../database/database.js';
import type { Leases } from '../../jobs/lease.js';
import { giveUp } from './giving-up.js';
import { messageLeases } from './leases.js';
import { type MessageOutcome, keepContentMs, keepMessageMs } from './message.js';
import { type Stored, discount } from './usage.js';

const atOnce = 50;

/** Background tasks that concern many messages. */
export class Upkeep {
  readonly #db: Database;
  readonly #now: () => number;
  readonly #leases: Leases;

  constructor(db: Database, now: () => number) {
    this.#db = db;
    this.#now = now;
    this.#leases = messageLeases(now);
  }

  /**
   * Recovers messages whose process is gone. What was not handed over is queued again; what may have been is not, since
   * nobody knows whether the server has it.
   */
  async recover(): Promise<void> {
    const now = this.#now();
    if ((await this.#leases.lost(this.#db.knex).first('id')) === undefined) {
      return;
    }
    await this.#db.transaction(async (tx) => {
      await giveUpLost(tx, this.#leases.lost(tx).where({ state: 'sending' }), {
        at: now,
        outcome: 'interrupted',
        to: { state: 'queued', next_attempt_at: now, lease_until: null, claim: null },
      });
      await giveUpLost(tx, this.#leases.lost(tx).where({ state: 'handing-over' }), {
        at: now,
        outcome: 'answer-lost',
        // The claim stays: its process may still see the answer.
        to: { state: 'unknown', finished_at: now, next_attempt_at: null, lease_until: null },
      });
    });
  }

  /** Messages of a suspended account wait, but no longer than temporary failures are retried. */
  async giveUpHeld(signal?: AbortSignal): Promise<void> {
    const at = this.#now();
    const expired = (): Knex.QueryBuilder =>
      this.#db
        .knex('messages')
        .where({ state: 'queued' })
        .where('expires_at', '<', at)
        .whereExists(ofSuspended);
    await this.#inBatches(expired, signal, async (tx, found) => {
      const held: number[] = await tx('messages')
        .whereIn('id', found)
        .where({ state: 'queued' })
        .forUpdate()
        .pluck('id');
      for (const id of held) {
        await giveUp(tx, id, { as: 'failed', outcome: 'account-suspended', at });
      }
    });
  }

  /** Deletes old contents, and later old messages. */
  async dropOld(signal?: AbortSignal): Promise<void> {
    const now = this.#now();
    const done = finishedBefore(now - keepContentMs);
    const old = finishedBefore(now - keepMessageMs);
    const { knex } = this.#db;
    await this.#inBatches(
      () => done(knex).where({ has_content: 1 }),
      signal,
      async (tx, ids) => {
        const dropped = await locked(done(tx).whereIn('id', ids));
        const droppedIds = dropped.map(({ id }) => id);
        await tx('messages').whereIn('id', droppedIds).update({ has_content: 0, content_bytes: 0 });
        await tx('message_parts').whereIn('message_id', droppedIds).delete();
        await discount(tx, dropped, 'contents');
      },
    );
    await this.#inBatches(
      () => old(knex),
      signal,
      async (tx, ids) => {
        const removed = await locked(old(tx).whereIn('id', ids));
        await tx('messages')
          .whereIn(
            'id',
            removed.map(({ id }) => id),
          )
          .delete();
        await discount(tx, removed, 'messages');
      },
    );
  }

  /**
   * Processes the rows of a query in small transactions. Others may have changed them since, so `work` must check
   * again.
   */
  async #inBatches(
    find: () => Knex.QueryBuilder,
    signal: AbortSignal | undefined,
    work: (tx: Knex.Transaction, ids: readonly number[]) => Promise<void>,
  ): Promise<void> {
    for (;;) {
      const ids: number[] = await find().limit(atOnce).pluck('id');
      if (ids.length > 0) {
        await this.#db.transaction((tx) => work(tx, ids));
      }
      if (ids.length < atOnce || signal?.aborted === true) {
        return;
      }
    }
  }
}

/** The condition that a message's owner, or the owner's reseller, is suspended. */
export function ofSuspended(accounts: Knex.QueryBuilder): void {
  void accounts
    .from('accounts')
    .where('accounts.suspended', 1)
    .whereRaw('accounts.id IN (messages.owner_id, messages.reseller_id)');
}

/** Locks the rows (FOR UPDATE). */
async function locked(messages: Knex.QueryBuilder): Promise<readonly (Stored & { id: number })[]> {
  return await messages.forUpdate().select('id', 'owner_id', 'content_bytes');
}

function finishedBefore(ms: number): (db: Knex) => Knex.QueryBuilder {
  return (db) => db('messages').where('finished_at', '<', ms);
}

async function giveUpLost(
  tx: Knex.Transaction,
  lost: Knex.QueryBuilder,
  {
    at,
    outcome,
    to,
  }: {
    readonly at: number;
    readonly outcome: MessageOutcome;
    readonly to: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  const ids: number[] = await lost.forUpdate().pluck('id');
  await tx('messages')
    .whereIn('id', ids)
    .update({ ...to, outcome, reply: null });
  await tx('message_attempts')
    .whereIn('message_id', ids)
    .whereNull('ended_at')
    .update({ outcome, ended_at: at });
}
