import { on } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { startThread, tell } from '../runtime/threads.js';
import type { ExportJob, ThreadMessage, ToThread } from './export-job.js';
import { restsWhileBusy } from './rests.js';

/** The entry that loads all lists, which this room does not know. */
const entry = new URL('../export-worker', import.meta.url);

/**
 * Limits the young generation, so that batches of rows are collected before they grow old. Without a limit, four times
 * as much garbage stays in memory.
 */
const limits = { maxYoungGenerationSizeMb: 48, maxOldGenerationSizeMb: 400 };

/**
 * Yields what a thread makes of a job. The thread works ahead by a few chunks, fewer while this process is busy, and ends
 * when the consumer stops; one that has finished waits a while for another job.
 */
export async function* madeByThread(
  job: ExportJob,
  signal: AbortSignal,
): AsyncGenerator<ThreadMessage> {
  const thread = takeThread();
  const restIfBusy = restsWhileBusy();
  let isIdle = false;
  try {
    tell(thread, job satisfies ToThread);
    for await (const [said] of on(thread, 'message', { signal, close: ['exit'] })) {
      const message: ThreadMessage = said;
      isIdle = message.kind === 'end' || message.kind === 'refused';
      yield message;
      if (isIdle) {
        return;
      }
      if (message.kind === 'chunk') {
        await restIfBusy(message.rowsDone, signal);
        tell(thread, 'taken' satisfies ToThread);
      }
    }
    throw new Error('The thread of an export ended before its file did.');
  } finally {
    await (isIdle ? keepForNext(thread) : thread.terminate());
  }
}

/**
 * Starting a thread takes a quarter of a second of processor time, as long as some 50,000 rows. A kept one occupies 40 to
 * 60 MB.
 */
const keptForMs = 10_000;

interface Kept {
  readonly thread: Worker;
  readonly ending: NodeJS.Timeout;
}

let kept: Kept | undefined;

function takeThread(): Worker {
  if (kept === undefined) {
    return startThread(entry, undefined, limits);
  }
  const { thread, ending } = kept;
  kept = undefined;
  clearTimeout(ending);
  thread.ref();
  return thread;
}

/** Keeps one thread that has finished a file; the process may end meanwhile. */
async function keepForNext(thread: Worker): Promise<void> {
  if (kept !== undefined) {
    await thread.terminate();
    return;
  }
  const end = (): void => {
    kept = undefined;
    void thread.terminate();
  };
  thread.unref();
  kept = { thread, ending: setTimeout(end, keptForMs).unref() };
}
