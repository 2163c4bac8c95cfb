import type { Knex } from 'knex';
import type { Database } from '../database/database.js';
import { cannotStore } from '../database/failures.js';
import { TooManyRequestsError } from '../errors.js';

/** How often something may fail, counted in the database for all processes of the panel. */
export interface RateLimit {
  readonly name: string;
  readonly most: number;
  readonly windowMs: number;
  /**
   * Whether failures still count after a success: an attacker who guesses others' passwords may have one of their own.
   */
  readonly outlivesSuccess?: boolean;
}

/** A limit, and the subject whose attempts it counts. */
export type LimitOf = readonly [limit: RateLimit, subject: string];

interface Row {
  readonly key: string;
  readonly hits: number;
  readonly resets_at: number;
}

export class RateLimits {
  readonly #db: Database;
  readonly #uncounted = new CountsInMemory();

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Runs `work` as one more attempt. It counts before it starts, so that concurrent guesses count each other, and stops
   * counting once it has succeeded.
   *
   * @param work gets the number of attempts that each limit has counted, including this one.
   * @throws {TooManyRequestsError} when a limit is reached; the error says for how many minutes.
   */
  async attempt<T>(
    limits: readonly LimitOf[],
    work: (hits: readonly number[]) => Promise<T>,
  ): Promise<T> {
    const hits = await this.#count(limits);
    const result = await work(hits);
    await this.#forget(limits);
    return result;
  }

  /**
   * Counts one more use, whatever its result.
   *
   * @throws {TooManyRequestsError} as `attempt` does.
   */
  async use(limit: RateLimit, subject: string): Promise<void> {
    await this.#count([[limit, subject]]);
  }

  /** Counts further uses of a window that has begun, up to the limit: the next use is refused, not this. */
  async charge(limit: RateLimit, subject: string, uses: number): Promise<void> {
    const { most } = limit;
    await this.#db.transaction(async (tx) => {
      await tx('rate_limits')
        .where({ key: keyOf([limit, subject]) })
        .update({
          hits: tx.raw('CASE WHEN hits > ? THEN ? ELSE hits + ? END', [most - uses, most, uses]),
        });
    });
  }

  /**
   * Counts in memory on a full disk; otherwise nobody could sign in, and whoever fills the disk could guess passwords.
   */
  async #count(limits: readonly LimitOf[]): Promise<readonly number[]> {
    try {
      return await this.#db.transaction(async (tx) => {
        const counted: number[] = [];
        for (const each of limits) {
          counted.push(await count(tx, each));
        }
        return counted;
      });
    } catch (error) {
      if (!cannotStore(error)) {
        throw error;
      }
      return limits.map((each) => this.#uncounted.count(each));
    }
  }

  /** A success does not fail for this: counts that remain expire with their window. */
  async #forget(limits: readonly LimitOf[]): Promise<void> {
    limits.forEach((each) => this.#uncounted.forget(each));
    try {
      await this.#db.transaction(async (tx) => {
        for (const each of limits) {
          await forget(tx, each);
        }
      });
    } catch {
      // Remaining counts apply to the next attempt.
    }
  }
}

async function forget(tx: Knex.Transaction, each: LimitOf): Promise<void> {
  const [{ outlivesSuccess }] = each;
  const row = tx<Row>('rate_limits').where({ key: keyOf(each) });
  await (outlivesSuccess === true ? row.where('hits', '>', 0).decrement('hits', 1) : row.delete());
}

/** A refused attempt is rolled back and does not count, or continued guessing would lock the owner out for good. */
async function count(tx: Knex.Transaction, each: LimitOf): Promise<number> {
  const [{ most, windowMs }] = each;
  const key = keyOf(each);
  const now = Date.now();
  // A window that ends too late was counted by a wrong clock.
  const isOver = 'rate_limits.resets_at NOT BETWEEN ? AND ?';
  const open = [now + 1, now + 2 * windowMs];
  await tx('rate_limits')
    .insert({ key, hits: 1, resets_at: now + windowMs })
    .onConflict('key')
    // MariaDB assigns in this order, and each assignment sees the ones before it.
    .merge({
      hits: tx.raw(`CASE WHEN ${isOver} THEN 1 ELSE rate_limits.hits + 1 END`, open),
      resets_at: tx.raw(`CASE WHEN ${isOver} THEN ? ELSE rate_limits.resets_at END`, [
        ...open,
        now + windowMs,
      ]),
    });
  const row = await tx<Row>('rate_limits').where({ key }).first();
  assertBelow(most, row);
  return row?.hits ?? 0;
}

function assertBelow(most: number, row: Omit<Row, 'key'> | undefined): void {
  if (row !== undefined && row.hits > most) {
    const minutes = Math.ceil((row.resets_at - Date.now()) / 60_000);
    throw new TooManyRequestsError('errors.too-many-attempts', { count: minutes });
  }
}

const mostInMemory = 10_000;

/** Counts that the database could not store. New ones evict the oldest. */
class CountsInMemory {
  readonly #rows = new Map<string, Omit<Row, 'key'>>();

  /** As `count` does. */
  count(each: LimitOf): number {
    const [{ most, windowMs }] = each;
    const now = Date.now();
    const found = this.#rows.get(keyOf(each));
    const before =
      found !== undefined && found.resets_at > now ? found : { hits: 0, resets_at: now + windowMs };
    const row = { ...before, hits: before.hits + 1 };
    assertBelow(most, row);
    this.#makeRoom();
    this.#rows.set(keyOf(each), row);
    return row.hits;
  }

  forget(each: LimitOf): void {
    const [{ outlivesSuccess }] = each;
    const row = this.#rows.get(keyOf(each));
    if (row !== undefined && outlivesSuccess === true) {
      this.#rows.set(keyOf(each), { ...row, hits: row.hits - 1 });
    } else {
      this.#rows.delete(keyOf(each));
    }
  }

  #makeRoom(): void {
    const [oldest] = this.#rows.keys();
    if (oldest !== undefined && this.#rows.size >= mostInMemory) {
      this.#rows.delete(oldest);
    }
  }
}

function keyOf([{ name }, subject]: LimitOf): string {
  return `${name}:${subject}`.slice(0, 400);
}
