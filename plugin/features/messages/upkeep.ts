import type { Knex } from 'knex';
import type { Database } from '../../database/database.js';
import { type MessageOutcome, type MessageState, keepContentMs, keepMessageMs } from './message.js';

const atOnce = 200;

/** What no process does for one message alone. */
export class Upkeep {
  readonly #db: Database;
  readonly #now: () => number;

  constructor(db: Database, now: () => number) {
    this.#db = db;
    this.#now = now;
  }

  /**
   * Finds messages whose process is gone. What was not handed over is queued again; what may have been is not, for
   * nobody knows whether the server has it.
   */
  async recover(): Promise<void> {
    const now = this.#now();
    const lost = this.#db.knex('messages').where('lease_until', '<', now);
    if ((await lost.whereIn('state', ['sending', 'handing-over']).first('id')) === undefined) {
      return;
    }
    await this.#db.transaction(async (tx) => {
      await giveUpLost(tx, now, {
        from: 'sending',
        outcome: 'interrupted',
        to: { state: 'queued', next_attempt_at: now, lease_until: null, claim: null },
      });
      await giveUpLost(tx, now, {
        from: 'handing-over',
        outcome: 'answer-lost',
        // The claim stays: its process may still see the answer.
        to: { state: 'unknown', finished_at: now, next_attempt_at: null, lease_until: null },
      });
    });
  }

  /** A suspended account's messages wait, but no longer than temporary failures are tried again. */
  async giveUpHeld(): Promise<void> {
    const now = this.#now();
    await this.#db.transaction(async (tx) => {
      await tx('messages')
        .where({ state: 'queued' })
        .where('expires_at', '<', now)
        .whereExists(ofSuspended)
        .update({
          state: 'failed',
          outcome: 'account-suspended',
          next_attempt_at: null,
          finished_at: now,
        });
    });
  }

  /** Drops what messages say, and in the end messages, once nothing has happened to them for long. */
  async dropOld(): Promise<void> {
    const now = this.#now();
    await this.#db.transaction(async (tx) => {
      const done = await finishedBefore(tx, now - keepContentMs)
        .where({ has_content: 1 })
        .pluck('id');
      await tx('message_contents').whereIn('message_id', done).delete();
      await tx('messages').whereIn('id', done).update({ has_content: 0 });
      const old = await finishedBefore(tx, now - keepMessageMs).pluck('id');
      await tx('messages').whereIn('id', old).delete();
    });
  }
}

/** As a condition: whether the owner of a message, or the owner's reseller, is suspended. */
export function ofSuspended(accounts: Knex.QueryBuilder): void {
  void accounts
    .from('accounts')
    .where('accounts.suspended', 1)
    .whereRaw('accounts.id IN (messages.owner_id, messages.reseller_id)');
}

function finishedBefore(tx: Knex.Transaction, ms: number): Knex.QueryBuilder {
  return tx('messages').where('finished_at', '<', ms).limit(atOnce);
}

async function giveUpLost(
  tx: Knex.Transaction,
  now: number,
  lost: {
    readonly from: MessageState;
    readonly outcome: MessageOutcome;
    readonly to: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  const { from, outcome, to } = lost;
  const ids: number[] = await tx('messages')
    .where({ state: from })
    .where('lease_until', '<', now)
    .forUpdate()
    .pluck('id');
  await tx('messages')
    .whereIn('id', ids)
    .update({ ...to, outcome, reply: null });
  await tx('message_attempts')
    .whereIn('message_id', ids)
    .whereNull('ended_at')
    .update({ outcome, ended_at: now });
}
