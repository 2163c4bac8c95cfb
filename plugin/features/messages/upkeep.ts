import type { Knex } from 'knex';
import type { Database } from '../../database/database.js';
import { giveUp } from './giving-up.js';
import { keepContentMs, keepMessageMs } from './message.js';
import { recoverMessages } from './recovery.js';
import { type Stored, discount } from './usage.js';

const atOnce = 50;

/** Background tasks that concern many messages. */
export class Upkeep {
  readonly #db: Database;
  readonly #now: () => number;

  constructor(db: Database, now: () => number) {
    this.#db = db;
    this.#now = now;
  }

  /** Queues messages again whose process is gone. */
  async recover(): Promise<void> {
    await recoverMessages(this.#db, this.#now());
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
    await this.#dropContents(finishedBefore(this.#now() - keepContentMs), signal);
    await this.#dropMessages(finishedBefore(this.#now() - keepMessageMs), signal);
  }

  async #dropContents(done: Finished, signal: AbortSignal | undefined): Promise<void> {
    const find = (): Knex.QueryBuilder => done(this.#db.knex).where({ has_content: 1 });
    await this.#inBatches(find, signal, async (tx, found) => {
      const dropped = await locked(done(tx).whereIn('id', found));
      const ids = dropped.map(({ id }) => id);
      await tx('messages').whereIn('id', ids).update({ has_content: 0, content_bytes: 0 });
      await tx('message_parts').whereIn('message_id', ids).delete();
      await discount(tx, dropped, 'contents');
    });
  }

  async #dropMessages(old: Finished, signal: AbortSignal | undefined): Promise<void> {
    const find = (): Knex.QueryBuilder => old(this.#db.knex);
    await this.#inBatches(find, signal, async (tx, found) => {
      const removed = await locked(old(tx).whereIn('id', found));
      const ids = removed.map(({ id }) => id);
      await tx('messages').whereIn('id', ids).delete();
      await discount(tx, removed, 'messages');
    });
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

/** The messages that finished before a time. */
type Finished = (db: Knex) => Knex.QueryBuilder;

function finishedBefore(ms: number): Finished {
  return (db) => db('messages').where('finished_at', '<', ms);
}
