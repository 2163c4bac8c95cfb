import { type Changes, type Changing, newGroup } from '../changes/changes.js';
import type { Database } from '../database/database.js';
import { ConflictError, ForbiddenError, NotFoundError } from '../errors.js';
import { type JobResult, noResult } from '../jobs/job.js';
import type { Jobs } from '../jobs/jobs.js';
import type { Viewer } from '../viewing/viewer.js';
import { type OfferedAction, type OfferedActions, keyOf } from './action.js';
import { Application } from './application.js';
import { Counting } from './counting.js';
import { previewJob } from './job-kind.js';
import { matchingQuery } from './next-rows.js';
import { OfferedList } from './offered-list.js';
import {
  type MatchingRows,
  type Preview,
  type PreviewSelection,
  applyingRefusal,
  totalOf,
} from './preview.js';
import { type PreviewApplied, PreviewStore, type RequestKey } from './store.js';
import type { Telling } from './telling.js';
import { TableQuery } from '../tables/table-query.js';
import { parseTableState, queryIn } from '../tables/table-state.js';
import { textsOf } from '../tables/list-action.js';

interface PreviewsParts {
  readonly db: Database;
  readonly changes: Changes;
  readonly jobs: Jobs;
  /** The actions of all lists, except those that a page of their own asks for. */
  readonly offered: () => Promise<readonly OfferedActions[]>;
  /** Without it, nobody can ask for it. */
  readonly telling?: Telling;
  readonly now?: () => number;
  /** How many rows a chunk has. */
  readonly sizes?: ConstructorParameters<typeof Application>[1];
}

/** What a preview is made of. */
export interface Asking {
  readonly wanted: Preview['wanted'];
  readonly selection: PreviewSelection;
  /** Path and query of the list as it was left. */
  readonly list: string;
  readonly under?: RequestKey | undefined;
}

interface Started extends OfferedAction {
  readonly rows: number;
  readonly tellsOwners?: boolean;
}

/** What applying a preview came to: a job, or the result of its rows. */
export type Applied = { readonly jobId: number } | { readonly result: JobResult };

/** Rows that a request goes through at once. */
export const mostAtOnce = 100;

/** For how long a request decides about rows before it shows those that it knows. */
const countingMs = 400;

/** What actions would do to selected rows, shown before they are applied. */
export class Previews {
  readonly application: Application;
  readonly offered: OfferedList;
  readonly telling: Telling | undefined;
  readonly store: PreviewStore;
  readonly #parts: PreviewsParts;
  readonly #counting: Counting;
  readonly #now: () => number;

  constructor(parts: PreviewsParts) {
    this.#parts = parts;
    this.#now = parts.now ?? Date.now;
    this.offered = new OfferedList(parts.offered);
    this.store = new PreviewStore(parts.db);
    this.telling = parts.telling;
    this.application = new Application(parts.db, parts.sizes);
    this.#counting = new Counting(parts.db, parts.changes);
  }

  async create(viewer: Viewer, offered: OfferedAction, asking: Asking): Promise<number> {
    const made = { ...asking, action: keyOf(offered), thing: offered.action.thing };
    return await this.store.insert(viewer, made, this.#now());
  }

  /** @throws {NotFoundError} also for the previews of other accounts. */
  async find(viewer: Viewer, id: number): Promise<Preview> {
    const preview = await this.store.find(viewer, id);
    if (preview === undefined) {
      throw new NotFoundError();
    }
    return preview;
  }

  /**
   * The preview, after deciding about its rows for a while: the next request goes on.
   *
   * @throws {NotFoundError}
   */
  async show(viewer: Viewer, id: number, forMs = countingMs): Promise<Preview> {
    const until = performance.now() + forMs;
    let preview = await this.find(viewer, id);
    const offered = await this.offered.actionOf(preview);
    if (offered === undefined) {
      return preview;
    }
    while (isOpen(preview) && performance.now() < until) {
      await this.#counting.goOn(viewer, preview, offered);
      preview = await this.find(viewer, id);
    }
    return preview;
  }

  /** Decides about further rows for a job that was started before all were decided about. */
  async decideMore(viewer: Viewer, { id }: Preview, offered: OfferedAction): Promise<void> {
    const until = performance.now() + countingMs;
    for (let isCounted = false; !isCounted && performance.now() < until;) {
      ({ isCounted } = await this.#counting.goOn(viewer, await this.find(viewer, id), offered));
    }
  }

  /** Decides about all rows. */
  async whole(viewer: Viewer, id: number): Promise<Preview> {
    return await this.show(viewer, id, Number.POSITIVE_INFINITY);
  }

  /** Why the preview cannot be applied by this viewer, if so. */
  async refusal(viewer: Viewer, preview: Preview): Promise<ConflictError | undefined> {
    return (await this.offered.actionOf(preview)) === undefined
      ? new ConflictError('previews.errors.action-gone')
      : applyingRefusal(viewer, preview, this.#now());
  }

  /**
   * Applies it at once, or as a job if it has many rows or tells their owners. One that is applied already gives its job again.
   *
   * @throws {ConflictError} when it cannot be applied any more.
   */
  async apply(viewer: Viewer, id: number, tellsOwners = false): Promise<Applied> {
    const preview = await this.find(viewer, id);
    if (preview.appliedAt !== undefined) {
      return preview.jobId === undefined ? { result: noResult } : { jobId: preview.jobId };
    }
    const offered = await this.#applicable(viewer, preview);
    return this.isJob(preview, offered) || tellsOwners
      ? {
          jobId: await this.#start(viewer, preview, {
            ...offered,
            rows: totalOf(preview),
            tellsOwners,
          }),
        }
      : { result: await this.#applyNow(viewer, preview, offered) };
  }

  /** Whether it has more rows than a request goes through, or would change more than one does. */
  isJob(preview: Preview, { action }: OfferedAction): boolean {
    const most = action.mostAtOnce ?? mostAtOnce;
    return totalOf(preview) > mostAtOnce || preview.counts['will-change'] > most;
  }

  /**
   * Applies it as a job, however few rows it has.
   *
   * @param rows how many it has, if nobody reads it first: then the job decides about them.
   * @returns the job's ID.
   */
  async start(viewer: Viewer, id: number, rows?: number): Promise<number> {
    const preview = await this.find(viewer, id);
    const offered = await this.#applicable(viewer, {
      ...preview,
      isCounted: rows !== undefined || preview.isCounted,
    });
    return await this.#start(viewer, preview, { ...offered, rows: rows ?? totalOf(preview) });
  }

  /** @throws {ConflictError} @throws {ForbiddenError} */
  async #applicable(viewer: Viewer, preview: Preview): Promise<OfferedAction> {
    const because = await this.refusal(viewer, preview);
    const offered = await this.offered.actionOf(preview);
    if (because !== undefined || offered === undefined) {
      throw because ?? new NotFoundError();
    }
    if (!viewer.permissions.has(offered.action.permission)) {
      throw new ForbiddenError('errors.not-permitted');
    }
    if (!preview.isCounted) {
      throw new ConflictError('previews.errors.counting');
    }
    return offered;
  }

  /** A new preview of the same rows, or of those that an applied one did not change. */
  async again(viewer: Viewer, id: number): Promise<number> {
    const preview = await this.find(viewer, id);
    const offered = await this.offered.actionOf(preview);
    if (offered === undefined) {
      throw new ConflictError('previews.errors.action-gone');
    }
    const selection: PreviewSelection =
      preview.appliedAt === undefined || preview.selection.kind.startsWith('undo')
        ? await this.#selectedAgain(viewer, preview, offered)
        : { kind: 'left', preview: id };
    return await this.create(viewer, offered, { ...preview, selection });
  }

  /** All rows that match, up to the last one of now. */
  async matching(
    viewer: Viewer,
    { table }: OfferedAction,
    {
      query,
      parent,
    }: { readonly query: string; readonly parent: MatchingRows['parent'] | undefined },
  ): Promise<PreviewSelection> {
    const state = parseTableState(table, queryIn(query));
    const listing = { scope: viewer.scope, state, parent: parent ?? undefined };
    const { last } = await new TableQuery<object>(this.#parts.db, table).extent(listing);
    return {
      kind: 'matching',
      query: matchingQuery(table, state),
      parent: parent ?? null,
      upTo: last,
    };
  }

  async #selectedAgain(
    viewer: Viewer,
    { selection }: Preview,
    offered: OfferedAction,
  ): Promise<PreviewSelection> {
    return selection.kind === 'matching'
      ? await this.matching(viewer, offered, {
          query: selection.query,
          parent: selection.parent ?? undefined,
        })
      : selection;
  }

  async #start(
    viewer: Viewer,
    preview: Preview,
    { table, action, rows: total, tellsOwners = false }: Started,
  ): Promise<number> {
    const { changes, jobs } = this.#parts;
    const group = newGroup();
    const payload = { preview: preview.id, title: `${textsOf(table, action)}.job` };
    const jobId = await changes.make(
      viewer,
      async (changing) => {
        const id = await jobs.queue(changing, viewer, previewJob(this), {
          payload,
          total,
          group,
        });
        await this.#claim(changing, preview, { jobId: id, group, tellsOwners });
        return id;
      },
      group,
    );
    jobs.wake();
    return jobId;
  }

  async #applyNow(viewer: Viewer, preview: Preview, { action }: OfferedAction): Promise<JobResult> {
    const { changes } = this.#parts;
    const group = newGroup();
    const chunk = await this.application.next(viewer, preview, action, 0);
    return await changes.make(
      viewer,
      async (changing) => {
        await this.#claim(changing, preview, { jobId: undefined, group, tellsOwners: false });
        return (await chunk?.write(changing)) ?? noResult;
      },
      group,
    );
  }

  /** @throws {ConflictError} when another request has just applied it. */
  async #claim(
    changing: Changing,
    { id }: Preview,
    applied: Omit<PreviewApplied, 'id' | 'at'>,
  ): Promise<void> {
    if (!(await this.store.markApplied(changing.tx, { id, ...applied, at: this.#now() }))) {
      throw new ConflictError('previews.errors.applied');
    }
  }
}

function isOpen({ isCounted, appliedAt }: Preview): boolean {
  return !isCounted && appliedAt === undefined;
}
