import type { Knex } from 'knex';
import type { Database } from '../database/database.js';
import { TooManyRequestsError } from '../errors.js';

/** How often something may fail, counted in the database so that all processes of the panel count together. */
export interface RateLimit {
  readonly name: string;
  readonly most: number;
  readonly windowMs: number;
}

export class RateLimits {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** @throws {TooManyRequestsError} when the limit is used up; the error says for how many minutes. */
  async assertBelow(limit: RateLimit, subject: string): Promise<void> {
    const row = await this.#rows()
      .where({ key: keyOf(limit, subject) })
      .andWhere('resets_at', '>', Date.now())
      .first();
    if (row !== undefined && row.hits >= limit.most) {
      const minutes = Math.ceil((Number(row.resets_at) - Date.now()) / 60_000);
      throw new TooManyRequestsError('errors.too-many-attempts', { count: minutes });
    }
  }

  async count(limit: RateLimit, subject: string): Promise<void> {
    const key = keyOf(limit, subject);
    const now = Date.now();
    await this.#db.transaction(async (tx) => {
      await tx('rate_limits').where('resets_at', '<=', now).delete();
      await tx('rate_limits')
        .insert({ key, hits: 1, resets_at: now + limit.windowMs })
        .onConflict('key')
        .merge({ hits: tx.raw('?? + 1', ['rate_limits.hits']) });
    });
  }

  async forget(limit: RateLimit, subject: string): Promise<void> {
    await this.#rows()
      .where({ key: keyOf(limit, subject) })
      .delete();
  }

  #rows(): Knex.QueryBuilder<{ key: string; hits: number; resets_at: number }> {
    return this.#db.knex('rate_limits');
  }
}

function keyOf(limit: RateLimit, subject: string): string {
  return `${limit.name}:${subject}`.slice(0, 400);
}
