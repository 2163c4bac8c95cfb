import { setTimeout as sleep } from 'node:timers/promises';
import type { Changes } from '../changes/changes.js';
import { storageUnavailable } from '../database/failures.js';
import { AppError, ConflictError } from '../errors.js';
import type { Viewer } from '../viewing/viewer.js';
import type { Logger } from '../web/log.js';
import type { ClaimedJob, JobClaims } from './claims.js';
import { type Job, mostAttempts, pauseAfter } from './job.js';
import type { AnyJobKind } from './kind.js';
import { ClaimLostError, whileRenewing } from './lease.js';

const defaultOutageMs = 2000;
const defaultPublishEveryMs = 1000;

export interface RunParts {
  readonly changes: Changes;
  readonly claims: JobClaims;
  readonly kinds: () => Promise<readonly AnyJobKind[]>;
  /** The account that a job runs for, in its current state; undefined while it cannot sign in. */
  readonly viewerOf: (job: Job) => Promise<Viewer | undefined>;
  readonly log: Logger;
  /** Whether chunks of several jobs hold each other up. */
  readonly hasOneWriter: boolean;
  /** How long to wait in an outage before the database is tried again. */
  readonly outageMs?: number;
  /** How long changes may wait for those of later chunks before they are published. */
  readonly publishEveryMs?: number;
}

/**
 * Runs a claimed job chunk by chunk, until it ends, the claim is lost, or this process stops. Its changes are what the
 * mail servers do a second or two after their chunk, and in any case before the job is done, cancelled or failed. If this
 * process is killed in between, a panel that follows the changes publishes them.
 */
export class JobRun {
  readonly #parts: RunParts;
  #lastTurn = Promise.resolve();
  #publishedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: RunParts) {
    this.#parts = parts;
  }

  async run(claimed: ClaimedJob, signal: AbortSignal): Promise<void> {
    const renew = (): Promise<void> => this.#renew(claimed);
    await whileRenewing(renew, async () => {
      for (;;) {
        if (!(await this.#goesOn(claimed, signal))) {
          return;
        }
      }
    });
  }

  /** @returns whether there is more to do here. */
  async #goesOn(claimed: ClaimedJob, signal: AbortSignal): Promise<boolean> {
    try {
      return await this.#step(claimed, signal);
    } catch (error) {
      if (error instanceof ClaimLostError) {
        return false;
      }
      return await this.#afterError(claimed, error, signal);
    }
  }

  /** Reads the job each time: only the database knows whether a chunk was committed, also after an error. */
  async #step(claimed: ClaimedJob, signal: AbortSignal): Promise<boolean> {
    const { claims } = this.#parts;
    const current = await claims.current(claimed);
    if (current.job.isCancelAsked) {
      return await this.#ended(() => claims.end(current, 'cancelled'));
    }
    if (signal.aborted) {
      return await this.#ended(() => claims.putBack(current));
    }
    if (current.attempts > mostAttempts) {
      return await this.#ended(() => claims.fail(current, { key: 'jobs.failures.interrupted' }));
    }
    return await this.#chunk(current);
  }

  async #chunk(current: ClaimedJob): Promise<boolean> {
    const { changes, claims, viewerOf } = this.#parts;
    const { job, payload, cursor } = current;
    const viewer = await viewerOf(job);
    if (viewer === undefined) {
      return await this.#ended(() => claims.fail(current, { key: 'jobs.failures.account' }));
    }
    const kind = await this.#kindOf(job);
    const chunk = await kind.next({ viewer, payload, cursor });
    if (chunk === undefined) {
      return await this.#ended(() => claims.end(current, 'done'));
    }
    await this.#inTurn(async () => {
      await changes.makeUnpublished(
        viewer,
        async (changing) => {
          await claims.hold(changing.tx, current);
          await claims.advance(changing.tx, current, chunk, await chunk.write(changing));
        },
        job.group,
      );
      await this.#publishOften();
    });
    return true;
  }

  /** Jobs of other accounts wait while one writes and rests, where a database has one writer: pages have to find gaps. */
  async #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = workAndRest(work, this.#parts.hasOneWriter ? this.#lastTurn : undefined);
    this.#lastTurn = turn.catch(() => {});
    await turn;
  }

  /** Several chunks are published at once: copying them costs the more, the fewer there are. */
  async #publishOften(): Promise<void> {
    const { changes, publishEveryMs = defaultPublishEveryMs } = this.#parts;
    const now = performance.now();
    if (now - this.#publishedAt >= publishEveryMs) {
      await changes.publish();
      this.#publishedAt = now;
    }
  }

  /** What is done is mail behaviour before the job says so. */
  async #ended(say: () => Promise<void>): Promise<false> {
    await this.#parts.changes.publish();
    await say();
    return false;
  }

  async #kindOf({ kind }: Job): Promise<AnyJobKind> {
    const kinds = await this.#parts.kinds();
    const found = kinds.find(({ key }) => key === kind);
    if (found === undefined) {
      throw new ConflictError('jobs.failures.kind', { kind });
    }
    return found;
  }

  /** Waits for the end of an outage; an `AppError` fails the job; an unexpected error is retried after a pause. */
  async #afterError(claimed: ClaimedJob, error: unknown, signal: AbortSignal): Promise<boolean> {
    const { claims, log, outageMs = defaultOutageMs } = this.#parts;
    if (storageUnavailable(error) !== undefined) {
      log.warn({ err: error, job: claimed.id }, 'a job waits for the database');
      await sleep(outageMs, undefined, { signal }).catch(() => {});
      return !signal.aborted;
    }
    if (error instanceof AppError) {
      return await this.#concluded(() => claims.fail(claimed, error));
    }
    log.error({ err: error, job: claimed.id }, 'unexpected error in a job');
    return await this.#concluded(async () => {
      const current = await claims.current(claimed);
      const pauseMs = pauseAfter(current.failures);
      await (pauseMs === undefined
        ? claims.fail(current, { key: 'jobs.failures.unexpected' })
        : claims.postpone(current, pauseMs));
    });
  }

  /** If this cannot be stored now, the job is found again after its lease. */
  async #concluded(write: () => Promise<void>): Promise<false> {
    try {
      await this.#ended(write);
    } catch (error) {
      if (!(error instanceof ClaimLostError)) {
        this.#parts.log.error({ err: error }, 'could not store the end of a job');
      }
    }
    return false;
  }

  async #renew(claimed: ClaimedJob): Promise<void> {
    try {
      await this.#parts.claims.renew(claimed);
    } catch (error) {
      this.#parts.log.warn({ err: error, job: claimed.id }, 'could not renew the lease of a job');
    }
  }
}

const longestRestMs = 250;

async function workAndRest(work: () => Promise<void>, before?: Promise<void>): Promise<void> {
  await before;
  const began = performance.now();
  await work();
  await rest(performance.now() - began);
}

/**
 * Rests for as long as a chunk took: SQLite has one writer, and pages come first. It answers without a turn of the event
 * loop, so this is also when timers, messages and other jobs have theirs.
 */
async function rest(chunkMs: number): Promise<void> {
  await sleep(Math.min(chunkMs, longestRestMs));
}
