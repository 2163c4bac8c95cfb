import type { Changing } from '../changes/changes.js';
import { type Agreed, type Decision, refused, willChange } from '../changes/decision.js';
import type { Verb } from '../changes/verb.js';
import { ConflictError } from '../errors.js';
import type { Viewer } from '../viewing/viewer.js';
import { isOver } from './job.js';
import type { JobRow } from './rows.js';
import type { JobStore } from './store.js';

interface JobCancellingParts {
  readonly store: JobStore;
  readonly now: () => number;
}

/** Cancels jobs; what is done stays done. */
export class JobCancelling implements Verb<JobRow, undefined, JobRow, void> {
  readonly #parts: JobCancellingParts;

  constructor(parts: JobCancellingParts) {
    this.#parts = parts;
  }

  decide(_viewer: Viewer, job: JobRow): Decision<JobRow> {
    return isOver(job) ? refused(new ConflictError('jobs.errors.over')) : willChange(job);
  }

  async write({ tx, record }: Changing, { change: job }: Agreed<JobRow>): Promise<void> {
    const { store, now } = this.#parts;
    await store.cancel(tx, job, now());
    await record({
      action: 'job.cancelled',
      subject: String(job.id),
      ownerId: job.owner_id ?? undefined,
      resellerId: job.reseller_id ?? undefined,
    });
  }
}
