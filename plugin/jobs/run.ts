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

export interface RunParts {
  readonly changes: Changes;
  readonly claims: JobClaims;
  readonly kinds: () => Promise<readonly AnyJobKind[]>;
  /** The account that a job runs for, in its current state; undefined while it cannot sign in. */
  readonly viewerOf: (job: Job) => Promise<Viewer | undefined>;
  readonly log: Logger;
  /** How long to wait in an outage before the database is tried again. */
  readonly outageMs?: number;
}

/** Runs a claimed job chunk by chunk, until it ends, the claim is lost, or this process stops. */
export class JobRun {
  readonly #parts: RunParts;

  constructor(parts: RunParts) {
    this.#parts = parts;
  }

  async run(claimed: ClaimedJob, signal: AbortSignal): Promise<void> {
    const renew = (): Promise<void> => this.#renew(claimed);
    await whileRenewing(renew, async () => {
      for (;;) {
        const began = performance.now();
        if (!(await this.#goesOn(claimed, signal))) {
          return;
        }
        await rest(performance.now() - began);
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
      await claims.end(current, 'cancelled');
      return false;
    }
    if (signal.aborted) {
      await claims.putBack(current);
      return false;
    }
    if (current.attempts > mostAttempts) {
      await claims.fail(current, { key: 'jobs.failures.interrupted' });
      return false;
    }
    return await this.#chunk(current);
  }

  async #chunk(current: ClaimedJob): Promise<boolean> {
    const { changes, claims, viewerOf } = this.#parts;
    const { job, payload, cursor } = current;
    const viewer = await viewerOf(job);
    if (viewer === undefined) {
      await claims.fail(current, { key: 'jobs.failures.account' });
      return false;
    }
    const kind = await this.#kindOf(job);
    const chunk = await kind.next({ viewer, payload, cursor });
    if (chunk === undefined) {
      await claims.end(current, 'done');
      return false;
    }
    await changes.make(
      viewer,
      async (changing) => {
        await claims.hold(changing.tx, current);
        await claims.advance(changing.tx, current, chunk, await chunk.write(changing));
      },
      job.group,
    );
    return true;
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
      await write();
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

/**
 * Rests for as long as a chunk took: SQLite has one writer, and pages come first. It answers without a turn of the event
 * loop, so this is also when timers, messages and other jobs have theirs.
 */
async function rest(chunkMs: number): Promise<void> {
  await sleep(Math.min(chunkMs, longestRestMs));
}
