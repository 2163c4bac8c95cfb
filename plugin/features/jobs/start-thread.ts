import type { Worker } from 'node:worker_threads';
import type { FeatureParts } from '../../feature.js';
import { startThread } from '../../runtime/threads.js';
import { answerQuestions } from '../../panel/viewer-questions.js';

/** The entry that loads all kinds of jobs. */
const entry = new URL('../../job-worker', import.meta.url);
const limits = { maxOldGenerationSizeMb: 400 };

/** Runs jobs until none is due; this process's panel decides what they may do. */
export function startJobThread({ config, panel }: Pick<FeatureParts, 'config' | 'panel'>): Worker {
  const thread = startThread(entry, config, limits);
  answerQuestions(thread, panel);
  return thread;
}
