import type { Knex } from 'knex';
import type { Database } from '../../database/database.js';
import { PreparedShapes } from '../../database/prepared-shapes.js';
import type { Rows } from '../../panel/overview/contribution.js';
import type { Viewer } from '../../viewing/viewer.js';

/** Rows to count, with a name of their own. */
export interface Wanted {
  readonly name: string;
  readonly rows: Rows;
  /** Where counting stops. */
  readonly most: number;
}

/** Counts any number of things in one statement, which is prepared once for each kind of scope. */
export class Counts {
  readonly #prepared: PreparedShapes<Readonly<Record<string, number>>>;
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
    this.#prepared = new PreparedShapes(db);
  }

  /** The counts by name. */
  async of(
    { scope, accountId }: Viewer,
    wanted: readonly Wanted[],
  ): Promise<ReadonlyMap<string, number>> {
    if (wanted.length === 0) {
      return new Map();
    }
    const { knex } = this.#db;
    const shape = [scope.kind, ...wanted.map(({ name }) => name)];
    const prepared = this.#prepared.of(shape, (value) =>
      knex.select(
        wanted.map(({ rows, most }, index) =>
          counted(knex, rows(knex, { scope: scope.kind, account: value('account') }), most).as(
            `n${index}`,
          ),
        ),
      ),
    );
    const [row] = await prepared.run({ account: accountId });
    return new Map(wanted.map(({ name }, index) => [name, Number(row?.[`n${index}`])]));
  }
}

function counted(knex: Knex, rows: Knex.QueryBuilder, most: number): Knex.QueryBuilder {
  const some = rows.select(knex.raw('1')).limit(most, { skipBinding: true });
  return knex.count('*').from(some.as('counted'));
}
