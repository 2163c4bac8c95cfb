import type { Worker } from 'node:worker_threads';
import type { Config } from '../../config.js';
import { startThread } from '../../runtime/threads.js';

/** The entry that loads all kinds of jobs. */
const entry = new URL('../../job-worker', import.meta.url);
const limits = { maxOldGenerationSizeMb: 400 };

/** Runs jobs until none is due. */
export function startJobThread(config: Config): Worker {
  return startThread(entry, config, limits);
}
