import type { Knex } from 'knex';
import type { Database } from '../database/database.js';
import { type Params, PreparedShapes, type Value } from '../database/prepared-shapes.js';
import { type Scope, scopeColumn } from '../viewing/scope.js';
import type { Pickable } from './pickable.js';

export const mostSuggested = 10;
/** Names that are looked at before only the viewer's own rows are read. */
const mostScanned = 5000;

/** Names, or words of names, between two texts. */
interface NameRange {
  readonly from: string;
  readonly to: string;
  /** The index: a table with these columns. */
  readonly table: string;
  readonly name: string;
  readonly id: string;
  /** Texts that are anywhere in a row's `text`, too. */
  readonly others: readonly string[];
}

type Part = 'some' | 'own';

/**
 * Finds rows by an index of names that does not know their owners, as with addresses, which belong to domains. Names are
 * looked at first, since most are rarer than a reseller's rows; if there are many, the viewer's rows are.
 */
export class NamesOfOthers<Row extends object> {
  readonly #db: Database;
  readonly #pickable: Pickable<Row>;
  readonly #queries: PreparedShapes<Row>;
  readonly #counts: PreparedShapes<{ n: number }>;

  constructor(db: Database, pickable: Pickable<Row>) {
    this.#db = db;
    this.#pickable = pickable;
    this.#queries = new PreparedShapes(db);
    this.#counts = new PreparedShapes(db);
  }

  /** The first ten rows of a range, by name. */
  async first(scope: Scope, range: NameRange): Promise<readonly Row[]> {
    const some = await this.#rows(scope, range, 'some');
    const isWhole =
      some.length === mostSuggested || (scope.kind === 'all' && range.others.length > 0);
    return isWhole || !(await this.#isLong(range)) ? some : await this.#rows(scope, range, 'own');
  }

  async #rows(scope: Scope, range: NameRange, part: Part): Promise<readonly Row[]> {
    const { others, table, name } = range;
    const query = this.#queries.of([part, table, name, scope.kind, others.length], (value) => {
      const rows = this.#pickable.table.from(this.#db.knex);
      if (part === 'some') {
        this.#addSome(rows, range, value);
      } else {
        this.#addOwn(rows, range, value);
      }
      const owner = scopeColumn(scope);
      if (owner !== undefined) {
        const { engine } = this.#db;
        const column = part === 'some' ? engine.withoutIndex(owner.column) : owner.column;
        rows.whereRaw(`${column} = ?`, [value('accountId')]);
      }
      others.forEach((_, index) => {
        const text = this.#pickable.words?.text ?? '';
        rows.whereRaw('INSTR(??, ?) > 0', [text, value(`other${index}`)]);
      });
      return limited(rows, mostSuggested);
    });
    const accountId = scopeColumn(scope)?.accountId ?? 0;
    return await query.run({ ...valuesOf(range), accountId });
  }

  /** The first names of the range come first, whosever they are. */
  #addSome(rows: Knex.QueryBuilder, range: NameRange, value: Value): void {
    const names = limited(this.#names(range, value), mostScanned).as('names');
    rows.join(names, 'names.id', this.#pickable.table.id ?? '').orderBy(['names.name', 'names.id']);
  }

  #addOwn(rows: Knex.QueryBuilder, range: NameRange, value: Value): void {
    const { table, name, id } = range;
    const own = this.#pickable.table.id ?? '';
    if (`${table}.${id}` !== own) {
      rows.join(table, `${table}.${id}`, own);
    }
    within(rows, `${table}.${name}`, value).orderBy([`${table}.${name}`, own]);
  }

  async #isLong(range: NameRange): Promise<boolean> {
    const { table, name } = range;
    const query = this.#counts.of([table, name], (value) =>
      this.#db.knex
        .count('* as n')
        .from(limited(this.#names(range, value), mostScanned).as('names')),
    );
    const [row] = await query.run(valuesOf(range));
    return Number(row?.n) === mostScanned;
  }

  #names({ table, name, id }: NameRange, value: Value): Knex.QueryBuilder {
    return within(this.#db.knex(table), name, value).orderBy([name, id]).select({ name, id });
  }
}

function within(rows: Knex.QueryBuilder, column: string, value: Value): Knex.QueryBuilder {
  return rows.where(column, '>=', value('from')).where(column, '<=', value('to'));
}

function limited(query: Knex.QueryBuilder, most: number): Knex.QueryBuilder {
  return query.limit(most, { skipBinding: true });
}

function valuesOf({ from, to, others }: NameRange): Params {
  return {
    from,
    to,
    ...Object.fromEntries(others.map((other, index) => [`other${index}`, other])),
  };
}
