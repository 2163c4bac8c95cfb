import { on } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { startThread, tell } from '../runtime/threads.js';
import { type Reader, asObject } from './sqlite-reader.js';

/** A request to the thread, which answers in the same order. */
export interface Question {
  readonly sql: string;
  readonly values: readonly (string | number | null)[];
}

/** All rows as one JSON text, or the error. */
export type Answer =
  | { readonly columns: readonly string[]; readonly rows: string }
  | { readonly reason: string; readonly code: string | undefined };

const entry = new URL('sqlite-rows', import.meta.url);
/** The thread holds few answers at a time. */
const limits = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 400 };

/**
 * Reads hundreds of rows at once in a thread, as a database server would: SQLite reads in the calling thread. Closes
 * after the running query, since SQLite cannot be interrupted from outside.
 */
export function sqliteReadingThread(file: string): Reader {
  let started: { readonly thread: Worker; readonly answers: AsyncIterator<Answer[]> } | undefined;
  let cause: unknown;
  const start = (): NonNullable<typeof started> => {
    const thread = startThread(entry, file, limits);
    thread.once('error', (error) => (cause = error));
    return { thread, answers: on(thread, 'message', { close: ['exit'] }) };
  };

  return {
    run: async (sql, values) => {
      started ??= start();
      const { thread, answers } = started;
      tell(thread, { sql, values } satisfies Question);
      const said = await answers.next();
      const answer: Answer | undefined = said.value?.[0];
      if (answer === undefined) {
        throw new Error('The thread that reads SQLite has ended.', { cause });
      }
      if ('reason' in answer) {
        throw Object.assign(new Error(answer.reason), { code: answer.code });
      }
      const rows: unknown[][] = JSON.parse(answer.rows);
      return rows.map((row) => asObject(answer.columns, row));
    },
    close: async () => {
      await started?.thread.terminate();
    },
  };
}
