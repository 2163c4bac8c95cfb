import { type Changes, newGroup } from '../changes/changes.js';
import { ConflictError, NotFoundError } from '../errors.js';
import type { Viewer } from '../viewing/viewer.js';
import { type Job, isOver, jobPath } from './job.js';
import type { JobKind, Json } from './kind.js';
import type { JobStore } from './store.js';

export interface JobsParts {
  readonly changes: Changes;
  readonly store: JobStore;
  readonly now: () => number;
  /** Called when there is a job to do. */
  readonly wake: () => void;
}

/** Starts, finds and cancels long work. */
export class Jobs {
  readonly #parts: JobsParts;

  constructor(parts: JobsParts) {
    this.#parts = parts;
  }

  /**
   * Queues work for any process, on behalf of the viewer.
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
    const { changes, store, now, wake } = this.#parts;
    const wanted = {
      kind: kind.key,
      words: kind.words(payload),
      payload,
      total,
      group: newGroup(),
      at: now(),
    };
    const id = await changes.make(viewer, ({ tx }) => store.insert(tx, viewer, wanted));
    wake();
    return id;
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
    const { changes, store, now } = this.#parts;
    await changes.make(viewer, async ({ tx, record }) => {
      const row = found(await store.held(tx, viewer.scope, id));
      if (isOver(row)) {
        throw new ConflictError('jobs.errors.over');
      }
      await store.cancel(tx, row, now());
      await record({
        action: 'job.cancelled',
        subject: String(id),
        ownerId: row.owner_id ?? undefined,
        resellerId: row.reseller_id ?? undefined,
      });
    });
    return await this.find(viewer, id);
  }
}

function found<T>(job: T | undefined): T {
  if (job === undefined) {
    throw new NotFoundError();
  }
  return job;
}
