import type { Worker } from 'node:worker_threads';
import type { Changing } from '../../plugin/changes/changes.js';
import type { Database } from '../../plugin/database/database.js';
import { jobViewers } from '../../plugin/features/jobs/viewers.js';
import { type JobFeatures, createJobs } from '../../plugin/jobs/create.js';
import { type Job, noResult } from '../../plugin/jobs/job.js';
import type { JobKind } from '../../plugin/jobs/kind.js';
import type { Viewer } from '../../plugin/viewing/viewer.js';
import type { EngineName } from '../../plugin/database/engine.js';
import { type TestApp, openTestApp } from '../support/app.js';
import { addAccount, addPlan, viewerOf } from '../support/fixtures.js';

/** The payload: how far the job counts, and a name for its entries. */
export interface Count {
  readonly [name: string]: string | number;
  readonly name: string;
  readonly to: number;
}

export const chunkSize = 10;

/** A kind of job that counts: each number becomes an entry of the activity log. */
class Counting implements JobKind<Count> {
  readonly key = 'counting';
  /** Called with the viewer of each chunk. */
  whileReading: (viewer: Viewer) => void = () => {};
  /** Called before each chunk is read, and while it is written. */
  beforeReading: (from: number) => Promise<void> = async () => {};
  whileWriting: (from: number, changing: Changing) => Promise<void> = async () => {};

  titleKey(): string {
    return 'jobs.title';
  }

  async next({
    viewer,
    payload: { name, to },
    cursor,
  }: Parameters<JobKind<Count>['next']>[0]): ReturnType<JobKind<Count>['next']> {
    const from = Number(cursor ?? 0);
    this.whileReading(viewer);
    await this.beforeReading(from);
    const end = Math.min(from + chunkSize, to);
    if (from >= to) {
      return undefined;
    }
    return {
      cursor: end,
      count: end - from,
      write: async (changing) => {
        for (let n = from; n < end; n += 1) {
          await changing.record({ action: 'job.cancelled', subject: `${name} ${n}` });
        }
        await this.whileWriting(from, changing);
        return { ...noResult, changed: end - from };
      },
    };
  }
}

/** Marie and Paul, customers of two resellers, and jobs at a time set by the test. */
export class JobScene {
  readonly app: TestApp;
  /** The resellers' ids. */
  readonly north: number;
  readonly south: number;
  readonly marie: Viewer;
  readonly paul: Viewer;
  readonly counting = new Counting();
  now = Date.now();

  private constructor(app: TestApp, ids: Pick<JobScene, 'north' | 'south' | 'marie' | 'paul'>) {
    this.app = app;
    this.north = ids.north;
    this.south = ids.south;
    this.marie = ids.marie;
    this.paul = ids.paul;
  }

  static async open(engine: EngineName, env = {}): Promise<JobScene> {
    const app = await openTestApp(engine, env);
    const planId = await addPlan(app);
    const north = await addAccount(app, 'north', { role: 'reseller' });
    const south = await addAccount(app, 'south', { role: 'reseller' });
    const marie = await addAccount(app, 'marie', { planId, parentId: north });
    const paul = await addAccount(app, 'paul', { planId, parentId: south });
    return new JobScene(app, {
      north,
      south,
      marie: await viewerOf(app, marie),
      paul: await viewerOf(app, paul),
    });
  }

  async clear(): Promise<void> {
    await this.app.db.knex('jobs').delete();
    await this.app.db.knex('audit_entries').delete();
    this.counting.whileReading = () => {};
    this.counting.beforeReading = async () => {};
    this.counting.whileWriting = async () => {};
    this.now = Date.now();
  }

  /** The job classes of another process on the same database. */
  process(db: Database = this.app.db, openThread = noThread): JobFeatures {
    const { app } = this;
    return createJobs({
      ...app,
      db,
      kinds: async () => [this.counting],
      viewerOf: jobViewers(app),
      openThread,
      now: () => this.now,
      outageMs: 1,
      publishEveryMs: Number.POSITIVE_INFINITY,
    });
  }

  async start(wanted: Partial<Count> = {}, viewer = this.marie): Promise<number> {
    const count = { name: 'count', to: 35, ...wanted };
    return await this.process().jobs.start(viewer, this.counting, count, count.to);
  }

  /** Runs the queued jobs in another process. */
  async work(): Promise<void> {
    await this.process().jobWorker.drain();
  }

  async find(id: number): Promise<Job> {
    return await this.process().jobs.find(this.marie, id);
  }

  /** The numbers that were counted, in order. */
  async counted(name = 'count'): Promise<readonly number[]> {
    const subjects: string[] = await this.app.db
      .knex('audit_entries')
      .where('subject', 'like', `${name} %`)
      .orderBy('id')
      .pluck('subject');
    return subjects.map((subject) => Number(subject.slice(name.length)));
  }

  /** As if the leases had expired. */
  async endLeases(): Promise<void> {
    await this.app.db.knex('jobs').whereNotNull('lease_until').update({ lease_until: 0 });
  }

  async close(): Promise<void> {
    await this.app.remove();
  }
}

function noThread(): Worker {
  throw new Error('There is no thread in this test.');
}

/** 0, 1, 2 and so on. */
export function numbersTo(end: number): readonly number[] {
  return Array.from({ length: end }, (_none, n) => n);
}
