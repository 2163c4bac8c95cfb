import type { Knex } from 'knex';
import type { Database } from '../database/database.js';
import type { FieldError } from '../errors.js';
import { type Job, type JobResult, addResults } from './job.js';
import type { Chunk, Json } from './kind.js';
import { type Claim, ClaimLostError, Leases } from './lease.js';
import { type JobRow, jobFrom, jsonIn } from './rows.js';

/** A job that this process alone works on, as it was when it was last looked at. */
export interface ClaimedJob extends Claim {
  readonly job: Job;
  readonly payload: Json;
  readonly cursor: Json | undefined;
  /** How often it was taken since its last chunk, this time included. */
  readonly attempts: number;
}

const candidatesAtOnce = 20;

/** Who works on which job, agreed on in the database by any number of processes. */
export class JobClaims {
  readonly #db: Database;
  readonly #now: () => number;
  readonly #leases: Leases;

  constructor(db: Database, now: () => number) {
    this.#db = db;
    this.#now = now;
    this.#leases = new Leases('jobs', ['running'], now);
  }

  /** Whether there is a job to take. */
  async hasNext(): Promise<boolean> {
    await this.#recover();
    return (await this.#due().first('id')) !== undefined;
  }

  /** Takes the job that has been due for longest of an account that has none under way. */
  async next(): Promise<ClaimedJob | undefined> {
    await this.#recover();
    const ids: number[] = await this.#due().limit(candidatesAtOnce).pluck('id');
    for (const id of ids) {
      const claim = await this.#db.transaction((tx) =>
        this.#leases.take(this.#queued(tx).where({ id }), {
          state: 'running',
          next_attempt_at: null,
          attempts: tx.raw('attempts + 1'),
        }),
      );
      if (claim !== undefined) {
        return await this.current({ id, claim });
      }
    }
    return undefined;
  }

  /** The job as it is now. @throws {ClaimLostError} */
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
    };
  }

  /** Locks the job until its chunk is done. @throws {ClaimLostError} */
  async hold(tx: Knex.Transaction, claimed: ClaimedJob): Promise<void> {
    await this.#leases.hold(tx, claimed);
  }

  /** Stores how far a chunk has come, in its own transaction. @throws {ClaimLostError} */
  async advance(
    tx: Knex.Transaction,
    { job, ...claimed }: ClaimedJob,
    { cursor, count }: Chunk,
    made: JobResult,
  ): Promise<void> {
    await this.#leases.hold(tx, claimed, {
      cursor: JSON.stringify(cursor),
      done: job.done + count,
      result: JSON.stringify(addResults(job.result, made)),
      attempts: 1,
    });
  }

  /** Goes on being believed. */
  async renew(claimed: Claim): Promise<void> {
    await this.#db.transaction((tx) => this.#leases.renew(tx, claimed));
  }

  async end(claimed: Claim, state: 'done' | 'cancelled'): Promise<void> {
    await this.#release(claimed, { state, finished_at: this.#now() });
  }

  /** @param failure what people are told. */
  async fail(claimed: Claim, failure: FieldError): Promise<void> {
    await this.#release(claimed, {
      state: 'failed',
      failure: JSON.stringify({ key: failure.key, args: failure.args ?? {} }),
      finished_at: this.#now(),
    });
  }

  /** Gives the job back, to be taken again after a pause. */
  async postpone(claimed: Claim, pauseMs: number): Promise<void> {
    await this.#release(claimed, { state: 'queued', next_attempt_at: this.#now() + pauseMs });
  }

  /** Gives the job back with no attempt counted, as when the process ends. */
  async putBack(claimed: Claim): Promise<void> {
    await this.#release(claimed, { state: 'queued', next_attempt_at: this.#now(), attempts: 0 });
  }

  async #release(claimed: Claim, to: object): Promise<void> {
    await this.#db.transaction((tx) => this.#leases.release(tx, claimed, { ...to, claim: null }));
  }

  /** Queues again what a process has left behind. */
  async #recover(): Promise<void> {
    if ((await this.#leases.lost(this.#db.knex).first('id')) === undefined) {
      return;
    }
    await this.#db.transaction((tx) =>
      this.#leases
        .lost(tx)
        .update({ state: 'queued', next_attempt_at: this.#now(), claim: null, lease_until: null }),
    );
  }

  /** An account's jobs are done one after the other, and no account waits for those of others. */
  #due(): Knex.QueryBuilder {
    return this.#queued(this.#db.knex)
      .whereNotExists((others) => {
        void others
          .from('jobs as others')
          .where('others.state', 'running')
          .whereRaw('others.owner_id = jobs.owner_id');
      })
      .orderBy(['next_attempt_at', 'id']);
  }

  #queued(db: Knex): Knex.QueryBuilder {
    return db('jobs').where('state', 'queued').where('next_attempt_at', '<=', this.#now());
  }
}
