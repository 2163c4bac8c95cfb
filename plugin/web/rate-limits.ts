import type { Knex } from 'knex';
import type { Database } from '../database/database.js';
import { TooManyRequestsError } from '../errors.js';

/** How often something may fail, counted in the database so that all processes of the panel count together. */
export interface RateLimit {
  readonly name: string;
  readonly most: number;
  readonly windowMs: number;
  /** Whether earlier failures still count after a success: who guesses others' passwords may have one of their own. */
  readonly outlivesSuccess?: boolean;
}

/** A limit, and whose attempts count together. */
export type LimitOf = readonly [limit: RateLimit, subject: string];

interface Row {
  readonly key: string;
  readonly hits: number;
  readonly resets_at: number;
}

export class RateLimits {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Runs `work` as one more attempt. It counts before it starts, so that guesses made at the same time count each
   * other, and no longer once it has succeeded.
   *
   * @throws {TooManyRequestsError} when a limit is used up; the error says for how many minutes.
   */
  async attempt<T>(limits: readonly LimitOf[], work: () => Promise<T>): Promise<T> {
    await this.#db.transaction(async (tx) => {
      for (const each of limits) {
        await count(tx, each);
      }
    });
    const result = await work();
    for (const each of limits) {
      await this.#succeed(each);
    }
    return result;
  }

  /**
   * Counts one more use, whatever comes of it.
   *
   * @throws {TooManyRequestsError} as `attempt` does.
   */
  async use(limit: RateLimit, subject: string): Promise<void> {
    await this.#db.transaction((tx) => count(tx, [limit, subject]));
  }

  async #succeed([limit, subject]: LimitOf): Promise<void> {
    const row = this.#db.knex<Row>('rate_limits').where({ key: keyOf([limit, subject]) });
    await (limit.outlivesSuccess === true
      ? row.where('hits', '>', 0).decrement('hits', 1)
      : row.delete());
  }
}

/** What is refused here is rolled back and does not count, or going on guessing would shut the owner out for good. */
async function count(tx: Knex.Transaction, each: LimitOf): Promise<void> {
  const [{ most, windowMs }] = each;
  const key = keyOf(each);
  const now = Date.now();
  const isOver = 'rate_limits.resets_at <= ?';
  await tx('rate_limits')
    .insert({ key, hits: 1, resets_at: now + windowMs })
    .onConflict('key')
    // MariaDB assigns in this order, and what is assigned counts for the next.
    .merge({
      hits: tx.raw(`CASE WHEN ${isOver} THEN 1 ELSE rate_limits.hits + 1 END`, [now]),
      resets_at: tx.raw(`CASE WHEN ${isOver} THEN ? ELSE rate_limits.resets_at END`, [
        now,
        now + windowMs,
      ]),
    });
  const row = await tx<Row>('rate_limits').where({ key }).first();
  if (row !== undefined && row.hits > most) {
    const minutes = Math.ceil((row.resets_at - now) / 60_000);
    throw new TooManyRequestsError('errors.too-many-attempts', { count: minutes });
  }
}

function keyOf([{ name }, subject]: LimitOf): string {
  return `${name}:${subject}`.slice(0, 400);
}
