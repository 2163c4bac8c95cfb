import type { Knex } from 'knex';
import type { Database } from './database.js';
import { Prepared } from './prepared.js';
import { RecentlyUsed } from '../runtime/recently-used.js';

export type Params = Record<string, string | number>;

/** Placeholder for a value that each run provides. */
export type Value = (name: string) => Knex.Value;

/** URLs combine filters freely: those used last are enough. */
const mostShapes = 200;

/** Queries of one list, each shape of which is built and prepared once while it is in use. */
export class PreparedShapes<Row extends object> {
  readonly #db: Database;
  readonly #prepared = new RecentlyUsed<Prepared<Params, Row>>(mostShapes);

  constructor(db: Database) {
    this.#db = db;
  }

  /** @param shape identifies the query, without its values. */
  of(shape: readonly unknown[], build: (value: Value) => Knex.QueryBuilder): Prepared<Params, Row> {
    return this.#prepared.of(shape.join('|'), () => new Prepared<Params, Row>(this.#db, build));
  }
}
