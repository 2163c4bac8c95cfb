import type { Database } from './database.js';

/** Rows that are deleted after a time. */
export interface Expiry {
  readonly table: string;
  /** The column with the time, in milliseconds since 1970. */
  readonly column: string;
  /** How long rows are kept after it; not at all if left out. */
  readonly keptMs?: number;
  /** How far ahead the time can be: a later one was written by a wrong clock, and its row is deleted as well. */
  readonly aheadMs?: number;
}

/** How far the clocks of machines that share a database may differ. */
export const skewMs = 60 * 60 * 1000;

export async function removeExpired(db: Database, expiring: readonly Expiry[]): Promise<void> {
  const now = Date.now();
  for (const { table, column, keptMs = 0, aheadMs = 0 } of expiring) {
    await db
      .knex(table)
      .whereNotBetween(column, [now - keptMs, now + aheadMs + skewMs])
      .delete();
  }
}
