import type { Worker } from 'node:worker_threads';
import type { FeatureParts } from '../../feature.js';
import { startThread } from '../../runtime/threads.js';
import { answerQuestions } from '../../panel/viewer-questions.js';

/** The entry that loads all kinds of jobs. */
const entry = new URL('../../job-worker', import.meta.url);
const limits = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 400 };

/** What the thread opens for itself. */
type JobThreadData = Pick<FeatureParts, 'config' | 'panelModule'>;

/** Runs jobs until none is due; this process's panel decides what they may do. */
export function startJobThread({
  config,
  panelModule,
  panel,
}: JobThreadData & Pick<FeatureParts, 'panel'>): Worker {
  const data: JobThreadData = { config, panelModule };
  const thread = startThread(entry, data, limits);
  answerQuestions(thread, panel);
  return thread;
}
