import { setImmediate as pause } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { FoundLine, ImportLine, LinesToRead } from './kind.js';

/** For how long lines are read before other work has its turn. */
const turnMs = 15;

/** Reads lines one after the other. Outside of transactions, other work goes on in between: SQLite blocks its thread. */
export async function inTurns<Found>(
  db: Knex,
  { lines, options }: LinesToRead,
  read: (line: ImportLine) => Promise<Found>,
): Promise<readonly FoundLine<Found>[]> {
  const found: FoundLine<Found>[] = [];
  let until = performance.now() + turnMs;
  for (const line of lines) {
    found.push({ line, options, found: await read(line) });
    if (!db.isTransaction && performance.now() > until) {
      await pause();
      until = performance.now() + turnMs;
    }
  }
  return found;
}
