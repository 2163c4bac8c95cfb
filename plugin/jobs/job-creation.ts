import type { Changing } from '../changes/changes.js';
import { type Agreed, type Decision, willChange } from '../changes/decision.js';
import type { Verb } from '../changes/verb.js';
import type { Viewer } from '../viewing/viewer.js';
import type { JobStore, NewJob } from './store.js';

interface Change {
  readonly viewer: Viewer;
  readonly job: NewJob;
}

/** Queues jobs. What they do is decided chunk by chunk, and recorded then. */
export class JobCreation implements Verb<undefined, NewJob, Change, number> {
  readonly #store: JobStore;

  constructor(store: JobStore) {
    this.#store = store;
  }

  decide(viewer: Viewer, _subject: undefined, job: NewJob): Decision<Change> {
    return willChange({ viewer, job });
  }

  /** @returns the job's ID. */
  async write({ tx }: Changing, { change }: Agreed<Change>): Promise<number> {
    return await this.#store.insert(tx, change.viewer, change.job);
  }
}
