import { on } from 'node:events';
import { startThread, tell } from '../runtime/threads.js';
import type { ExportJob, ThreadMessage } from './export-job.js';
import { restsWhileBusy } from './rests.js';

/** The entry that loads all lists, which this room does not know. */
const entry = new URL('../export-worker', import.meta.url);

/**
 * Limits the young generation, so that batches of rows are collected before they grow old. Without a limit, four times
 * as much garbage stays in memory.
 */
const limits = { maxYoungGenerationSizeMb: 48, maxOldGenerationSizeMb: 400 };

/**
 * Yields what a job's thread makes. The thread works ahead by a few chunks, fewer while this process is busy, and ends
 * when the consumer stops.
 */
export async function* madeByThread(
  job: ExportJob,
  signal: AbortSignal,
): AsyncGenerator<ThreadMessage> {
  const thread = startThread(entry, job, limits);
  const restIfBusy = restsWhileBusy();
  try {
    for await (const [said] of on(thread, 'message', { signal, close: ['exit'] })) {
      const message: ThreadMessage = said;
      yield message;
      if (message.kind === 'end' || message.kind === 'refused') {
        return;
      }
      if (message.kind === 'chunk') {
        await restIfBusy(message.rowsDone, signal);
        tell(thread, 'taken');
      }
    }
    throw new Error('The thread of an export ended before its file did.');
  } finally {
    await thread.terminate();
  }
}
