import type { Database } from './database.js';

/** Rows that go once a time has passed. */
export interface Expiry {
  readonly table: string;
  /** The column with the time, in milliseconds since 1970. */
  readonly column: string;
  /** How long they stay after it, at once gone if not given. */
  readonly keptMs?: number;
  /** How far ahead it can lie: what ends later was written by a clock that was wrong, and goes as well. */
  readonly aheadMs?: number;
}

/** By how much the clocks of machines that share a database may differ. */
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
