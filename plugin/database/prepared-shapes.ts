import type { Knex } from 'knex';
import type { Database } from './database.js';
import { Prepared } from './prepared.js';

export type Params = Record<string, string | number>;

/** Placeholder for a value that each run provides. */
export type Value = (name: string) => Knex.Value;

/** Queries of one list, each shape of which is built and prepared once. */
export class PreparedShapes<Row extends object> {
  readonly #db: Database;
  readonly #prepared = new Map<string, Prepared<Params, Row>>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** @param shape identifies the query, without its values. */
  of(shape: readonly unknown[], build: (value: Value) => Knex.QueryBuilder): Prepared<Params, Row> {
    const key = shape.join('|');
    const known = this.#prepared.get(key);
    if (known !== undefined) {
      return known;
    }
    const prepared = new Prepared<Params, Row>(this.#db, build);
    this.#prepared.set(key, prepared);
    return prepared;
  }
}
