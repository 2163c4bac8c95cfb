import { on } from 'node:events';
import { startThread, tell } from '../runtime/threads.js';
import type { ExportJob, ThreadMessage } from './export-job.js';
import { restsWhileBusy } from './rests.js';

/** Where the lists come together, which is not known here. */
const entry = new URL('../export-worker', import.meta.url);

/**
 * Room for batches of rows to come and go without growing old. A thread that may grow without end lets four times as
 * much garbage lie.
 */
const limits = { maxYoungGenerationSizeMb: 48, maxOldGenerationSizeMb: 400 };

/**
 * What a thread of its own makes of a job. It works only so far ahead as what is taken here, which is less while this
 * process is busy, and ends when nobody takes any more.
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
