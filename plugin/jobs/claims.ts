import type { Knex } from 'knex';
import type { Changing } from '../changes/changes.js';
import type { Database } from '../database/database.js';
import { isDuplicate } from '../database/failures.js';
import type { FieldError } from '../errors.js';
import { type Job, type JobResult, addResults } from './job.js';
import type { Chunk, Json } from './kind.js';
import { type Claim, ClaimLostError, Leases } from './lease.js';
import { type JobRow, jobFrom, jsonIn } from './rows.js';

/** A job that only this process works on, as last read. */
export interface ClaimedJob extends Claim {
  readonly job: Job;
  readonly payload: Json;
  readonly cursor: Json | undefined;
  /** Times it was claimed since its last chunk, including this one. */
  readonly attempts: number;
  /** Unexpected errors since its last chunk. */
  readonly failures: number;
}

/** Runs in the transaction that ends a job. */
export type EndedListener = (changing: Pick<Changing, 'tx'>, job: Job) => Promise<void>;

const candidatesAtOnce = 20;

/** Whom a job runs for; the command line counts as one account. */
const accountOf = 'COALESCE(jobs.owner_id, 0)';
const unclaimed = { claim: null, running_for: null };

/** Claims on jobs, coordinated through the database by any number of processes. */
export class JobClaims {
  readonly #db: Database;
  readonly #now: () => number;
  readonly #leases: Leases;
  readonly #onEnded: EndedListener;

  constructor(db: Database, now: () => number, onEnded: EndedListener = async () => {}) {
    this.#db = db;
    this.#now = now;
    this.#onEnded = onEnded;
    this.#leases = new Leases('jobs', ['running'], now);
  }

  /** Whether a job can be claimed. */
  async hasNext(): Promise<boolean> {
    await this.#recover();
    return (await this.#due().first('id')) !== undefined;
  }

  /** Claims the job that has been due longest, of an account without a running one. */
  async next(): Promise<ClaimedJob | undefined> {
    await this.#recover();
    const ids: number[] = await this.#due().limit(candidatesAtOnce).pluck('id');
    for (const id of ids) {
      const claim = await this.#take(id);
      if (claim !== undefined) {
        return await this.current({ id, claim });
      }
    }
    return undefined;
  }

  /** @returns undefined if another process took it, or another job of its account. */
  async #take(id: number): Promise<string | undefined> {
    try {
      return await this.#db.transaction((tx) =>
        this.#leases.take(this.#queued(tx).where({ id }), {
          state: 'running',
          running_for: tx.raw(accountOf),
          next_attempt_at: null,
          attempts: tx.raw('attempts + 1'),
        }),
      );
    } catch (error) {
      if (isDuplicate(error)) {
        return undefined;
      }
      throw error;
    }
  }

  /**
   * Reads the job again.
   *
   * @throws {ClaimLostError}
   */
  async current({ id, claim }: Claim): Promise<ClaimedJob> {
    const row: JobRow | undefined = await this.#db
      .knex('jobs')
      .where({ id, claim, state: 'running' })
      .first();
    if (row === undefined) {
      throw new ClaimLostError();
    }
    return {
      id,
      claim,
      job: jobFrom(row),
      payload: jsonIn(row.payload),
      cursor: row.cursor === null ? undefined : jsonIn(row.cursor),
      attempts: row.attempts,
      failures: row.failures,
    };
  }

  /** Locks the job until its chunk is done. @throws {ClaimLostError} */
  async hold(tx: Knex.Transaction, claimed: ClaimedJob): Promise<void> {
    await this.#leases.hold(tx, claimed);
  }

  /**
   * Stores a chunk's progress in the chunk's own transaction.
   *
   * @throws {ClaimLostError}
   */
  async advance(
    tx: Knex.Transaction,
    { job, ...claimed }: ClaimedJob,
    { cursor, count }: Chunk,
    made: JobResult,
  ): Promise<void> {
    await this.#leases.hold(tx, claimed, {
      cursor: JSON.stringify(cursor),
      // Rows may come to match while a job reads them.
      done: Math.min(job.done + count, job.total),
      result: JSON.stringify(addResults(job.result, made)),
      attempts: 1,
      failures: 0,
    });
  }

  /** Renews the lease. */
  async renew(claimed: Claim): Promise<void> {
    await this.#db.transaction((tx) => this.#leases.renew(tx, claimed));
  }

  async end(claimed: ClaimedJob, state: 'done' | 'cancelled'): Promise<void> {
    // Rows may be gone before their turn.
    const done = state === 'done' ? claimed.job.total : claimed.job.done;
    await this.#finish(claimed, { ...claimed.job, state, done }, { done });
  }

  /** @param failure the text shown to people. */
  async fail(claimed: ClaimedJob, { key, args = {} }: FieldError): Promise<void> {
    const ended = { ...claimed.job, state: 'failed', failure: { key, args } } as const;
    await this.#finish(claimed, ended, { failure: JSON.stringify(ended.failure) });
  }

  async #finish(claimed: ClaimedJob, job: Job, also: object): Promise<void> {
    const finishedAt = this.#now();
    const to = { state: job.state, finished_at: finishedAt, ...also, ...unclaimed };
    await this.#db.transaction(async (tx) => {
      if (await this.#leases.release(tx, claimed, to)) {
        await this.#onEnded({ tx }, { ...job, finishedAt });
      }
    });
  }

  /** Returns the job to the queue after an unexpected error and a pause. */
  async postpone(claimed: ClaimedJob, pauseMs: number): Promise<void> {
    await this.#release(claimed, {
      state: 'queued',
      next_attempt_at: this.#now() + pauseMs,
      failures: claimed.failures + 1,
    });
  }

  /** Returns the job to the queue without counting an attempt, as when the process ends. */
  async putBack(claimed: Claim): Promise<void> {
    await this.#release(claimed, { state: 'queued', next_attempt_at: this.#now(), attempts: 0 });
  }

  async #release(claimed: Claim, to: object): Promise<void> {
    await this.#db.transaction((tx) => this.#leases.release(tx, claimed, { ...to, ...unclaimed }));
  }

  /** Queues jobs again whose process is gone. */
  async #recover(): Promise<void> {
    if ((await this.#leases.lost(this.#db.knex).first('id')) === undefined) {
      return;
    }
    await this.#db.transaction((tx) =>
      this.#leases
        .lost(tx)
        .update({ state: 'queued', next_attempt_at: this.#now(), lease_until: null, ...unclaimed }),
    );
  }

  /**
   * An account's jobs run one after the other, as do the command line's, and no account waits for another's. The unique
   * `running_for` guarantees it; this saves the attempt.
   */
  #due(): Knex.QueryBuilder {
    return this.#queued(this.#db.knex)
      .whereNotExists((others) => {
        void others.from('jobs as others').whereRaw(`others.running_for = ${accountOf}`);
      })
      .orderBy(['next_attempt_at', 'id']);
  }

  #queued(db: Knex): Knex.QueryBuilder {
    return db('jobs').where('state', 'queued').where('next_attempt_at', '<=', this.#now());
  }
}
