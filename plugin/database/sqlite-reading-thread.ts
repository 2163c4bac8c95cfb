import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { startThread } from '../threads.js';
import { type Reader, asObject } from './sqlite-reader.js';

/** What the thread is asked, one after the other. */
export interface Question {
  readonly sql: string;
  readonly values: readonly (string | number | null)[];
}

/** All rows as one JSON text, or why there are none. */
export type Answer =
  | { readonly columns: readonly string[]; readonly rows: string }
  | { readonly reason: string };

const entry = new URL('sqlite-rows', import.meta.url);
/** It holds one answer at a time. */
const limits = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 400 };

/**
 * Reads hundreds of rows at once beside the thread that uses them, as a database server would: SQLite itself reads in
 * the thread that asks.
 */
export function sqliteReadingThread(file: string): Reader {
  let thread: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const ask = async (question: Question): Promise<Answer> => {
    thread ??= startThread(entry, file, limits);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- it is no window
    thread.postMessage(question);
    const [answer]: Answer[] = await once(thread, 'message');
    return answer ?? { reason: 'no answer' };
  };

  return {
    run: async (sql, values) => {
      const asked = last.then(() => ask({ sql, values }));
      last = asked.catch(() => {});
      const answer = await asked;
      if ('reason' in answer) {
        throw new Error(answer.reason);
      }
      const rows: unknown[][] = JSON.parse(answer.rows);
      return rows.map((row) => asObject(answer.columns, row));
    },
    close: async () => {
      await thread?.terminate();
    },
  };
}
