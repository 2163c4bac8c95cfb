import { type Changes, type Changing, newGroup } from '../changes/changes.js';
import { agreed } from '../changes/decision.js';
import { NotFoundError } from '../errors.js';
import type { Viewer } from '../viewing/viewer.js';
import { type Job, jobPath } from './job.js';
import { JobCancelling } from './job-cancelling.js';
import { JobCreation } from './job-creation.js';
import type { JobKind, Json } from './kind.js';
import type { JobStore } from './store.js';

export interface JobsParts {
  readonly changes: Changes;
  readonly store: JobStore;
  readonly now: () => number;
  /** Called when there is a job to do. */
  readonly wake: () => void;
}

interface QueuedWork<Payload> {
  readonly payload: Payload;
  readonly total: number;
  /** Of its audit entries. */
  readonly group: string;
}

/** Starts, finds and cancels long work. */
export class Jobs {
  readonly #parts: JobsParts;
  readonly #creation: JobCreation;
  readonly #cancelling: JobCancelling;

  constructor(parts: JobsParts) {
    this.#parts = parts;
    this.#creation = new JobCreation(parts.store);
    this.#cancelling = new JobCancelling(parts);
  }

  /**
   * Queues work for any process, on behalf of the viewer. What it does is decided chunk by chunk, and recorded then.
   *
   * @param total the sum of its chunks' counts.
   * @returns the job's ID.
   */
  async start<Payload extends Json>(
    viewer: Viewer,
    kind: JobKind<Payload>,
    payload: Payload,
    total: number,
  ): Promise<number> {
    const work = { payload, total, group: newGroup() };
    const id = await this.#parts.changes.make(viewer, (changing) =>
      this.queue(changing, viewer, kind, work),
    );
    this.wake();
    return id;
  }

  /** The same in a transaction, after which `wake` has to be called. */
  async queue<Payload extends Json>(
    changing: Changing,
    viewer: Viewer,
    kind: JobKind<Payload>,
    { payload, total, group }: QueuedWork<Payload>,
  ): Promise<number> {
    const wanted = {
      kind: kind.key,
      titleKey: kind.titleKey(payload),
      payload,
      total,
      group,
      at: this.#parts.now(),
    };
    const decision = this.#creation.decide(viewer, undefined, wanted);
    return await this.#creation.write(changing, agreed(decision));
  }

  wake(): void {
    this.#parts.wake();
  }

  /** Where a job is shown, below where the extension is mounted; undefined if the viewer cannot see jobs. */
  pageFor({ permissions }: Pick<Viewer, 'permissions'>, id: number): string | undefined {
    return permissions.has('jobs.view') ? jobPath(id) : undefined;
  }

  /** @throws {NotFoundError} */
  async find(viewer: Viewer, id: number): Promise<Job> {
    return found(await this.#parts.store.find(viewer.scope, id));
  }

  /**
   * Keeps what is done.
   *
   * @throws {NotFoundError}
   * @throws {ConflictError} when it has ended.
   */
  async cancel(viewer: Viewer, id: number): Promise<Job> {
    const { changes, store } = this.#parts;
    await changes.carryOut(
      viewer,
      this.#cancelling,
      async (tx) => found(await store.held(tx, viewer.scope, id)),
      undefined,
    );
    return await this.find(viewer, id);
  }
}

function found<T>(job: T | undefined): T {
  if (job === undefined) {
    throw new NotFoundError();
  }
  return job;
}
