import type { Worker } from 'node:worker_threads';
import type { Changes } from '../changes/changes.js';
import type { Database } from '../database/database.js';
import type { Logger } from '../web/log.js';
import { type EndedListener, JobClaims } from './claims.js';
import { Jobs } from './jobs.js';
import { JobRun, type RunParts } from './run.js';
import { JobStore } from './store.js';
import { JobThread } from './thread.js';
import { JobWorker } from './worker.js';

export interface JobFeatures {
  readonly jobs: Jobs;
  /** Runs jobs in this thread, on demand. */
  readonly jobWorker: JobWorker;
  /** Does nothing until it is started. */
  readonly jobThread: JobThread;
}

export interface JobParts extends Pick<
  RunParts,
  'kinds' | 'viewerOf' | 'outageMs' | 'publishEveryMs'
> {
  readonly db: Database;
  readonly changes: Changes;
  readonly log: Logger;
  /** Starts a thread that runs jobs; see `JobThread`. */
  readonly openThread: () => Worker;
  readonly onEnded?: EndedListener;
  /** The time in milliseconds since 1970. */
  readonly now?: () => number;
}

export function createJobs(parts: JobParts): JobFeatures {
  const { db, changes, log, now = Date.now } = parts;
  const claims = new JobClaims(db, now, parts.onEnded);
  const jobThread = new JobThread({ claims, open: parts.openThread, log, now });
  const jobs = new Jobs({
    changes,
    store: new JobStore(db),
    now,
    wake: () => jobThread.wake(),
  });
  const jobWorker = new JobWorker({
    claims,
    run: new JobRun({ ...parts, claims, hasOneWriter: db.engine.hasOneWriter }),
    log,
  });
  return { jobs, jobWorker, jobThread };
}
