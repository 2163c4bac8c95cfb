import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Knex } from 'knex';
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
  /** Adds rows that are deleted whatever their time. */
  readonly also?: (rows: Knex.QueryBuilder) => void;
  /** Rows of another table that belong to one of these by its ID, so many that they are deleted part by part. */
  readonly parts?: ExpiredParts;
}

interface ExpiredParts {
  readonly table: string;
  /** The column with the ID. */
  readonly of: string;
  /** Orders those of one. */
  readonly key: string;
}

/** How far the clocks of machines that share a database may differ. */
export const skewMs = 60 * 60 * 1000;

export async function removeExpired(db: Database, expiring: readonly Expiry[]): Promise<void> {
  for (const expiry of expiring) {
    const expired = expiredAt(expiry, Date.now());
    if (expiry.parts !== undefined) {
      for (const id of await expired(db.knex).pluck('id')) {
        await removeParts(db, expiry.parts, id);
      }
    }
    await db.transaction((tx) => expired(tx).delete());
  }
}

function expiredAt(
  { table, column, keptMs = 0, aheadMs = 0, also }: Expiry,
  now: number,
): (db: Knex) => Knex.QueryBuilder {
  return (db) =>
    db(table).where((rows) => {
      void rows.whereNotBetween(column, [now - keptMs, now + aheadMs + skewMs]);
      also?.(rows);
    });
}

const partsAtOnce = 1000;

/** In transactions of their own, between which other requests have their turn. */
async function removeParts(
  db: Database,
  { table, of, key }: ExpiredParts,
  id: number,
): Promise<void> {
  const rows = (knex: Knex): Knex.QueryBuilder => knex(table).where(of, id);
  for (;;) {
    const [next] = await rows(db.knex).orderBy(key).offset(partsAtOnce).limit(1).pluck(key);
    if (next === undefined) {
      return;
    }
    await db.transaction((tx) => rows(tx).where(key, '<', next).delete());
    await nextTurn();
  }
}
