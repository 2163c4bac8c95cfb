import type { Knex } from 'knex';

type Value = string | number | null;
type Row = Record<string, unknown>;

/** Placeholder in a query for a value that each run provides. */
class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Runs SQL on a driver that keeps prepared statements. */
export type RunPrepared = (sql: string, values: readonly Value[]) => Promise<Row[]>;

/**
 * A read query that Knex builds once and the driver prepares once. Building one anew for each request costs more
 * than most of our queries take.
 *
 * @example
 * const byName = new Prepared<{ name: string }, DomainRow>(db, (value) =>
 *   db.knex('domains').where('name', value('name')));
 * const [row] = await byName.run({ name: 'example.com' });
 */
export class Prepared<Params extends Record<string, Value>, Result extends object> {
  readonly #sql: string;
  readonly #bindings: readonly unknown[];
  readonly #run: RunPrepared;

  constructor(
    db: { readonly runPrepared: RunPrepared },
    build: (value: (name: keyof Params & string) => Knex.Value) => Knex.QueryBuilder | Knex.Raw,
  ) {
    const built = build((name) => new Placeholder(name) as unknown as Knex.Value)
      .toSQL()
      .toNative();
    this.#sql = built.sql;
    this.#bindings = built.bindings;
    this.#run = db.runPrepared;
  }

  async run(params: Params): Promise<Result[]> {
    const values = this.#bindings.map((binding) =>
      binding instanceof Placeholder ? (params[binding.name] ?? null) : plain(binding),
    );
    return (await this.#run(this.#sql, values)) as Result[];
  }
}

function plain(binding: unknown): Value {
  if (typeof binding === 'boolean') {
    return Number(binding);
  }
  if (binding === null || typeof binding === 'string' || typeof binding === 'number') {
    return binding;
  }
  throw new TypeError(`A ${typeof binding} cannot be bound to a query.`);
}
