import type { Knex } from 'knex';
import type { Database } from '../database/database.js';
import { type Scope, scopeColumn } from '../viewing/scope.js';
import { inBatches } from './batches.js';
import { type Params, PreparedShapes, type Value } from './prepared-shapes.js';
import { type Candidates, TableSearchIndex, mostCounted, paramsOf } from './search-index.js';
import type { Table } from './table.js';
import { type Cursor, type TableState, orderOf } from './table-state.js';

/** A page of a list. */
export interface TablePage<Row> {
  readonly rows: readonly Row[];
  readonly hasPrevious: boolean;
  readonly hasNext: boolean;
  /** How many rows match, at most `mostCounted`. */
  readonly count: number;
  readonly countIsCapped: boolean;
  readonly first: Cursor | undefined;
  readonly last: Cursor | undefined;
}

/**
 * Reads pages of a table by key: page 20,000 costs what page 1 does. Each shape of query (scope, order, direction,
 * number of words) is built and prepared once.
 */
export class TableQuery<Row extends object> {
  readonly #db: Database;
  readonly #table: Table<Row>;
  readonly #queries: PreparedShapes<Row>;
  readonly #index: TableSearchIndex;

  constructor(db: Database, table: Table<Row>) {
    this.#db = db;
    this.#table = table;
    this.#queries = new PreparedShapes(db);
    this.#index = new TableSearchIndex(db, table.search);
  }

  /** @param parentId of a table with a parent. */
  async page(scope: Scope, state: TableState, parentId = 0): Promise<TablePage<Row>> {
    const ids = await this.#index.candidates(scope, state.words);
    const params = { ...paramsOf(scope, ids), parentId };
    const [rows, count] = await Promise.all([
      this.#rows(scope, state, { ids, params }),
      this.#count(scope, { ids, params }),
    ]);
    const more = rows.length > state.size;
    const backwards = state.place.at === 'before' || state.place.at === 'end';
    const shown = rows.slice(0, state.size);
    const page = backwards ? shown.toReversed() : shown;
    const [first, last] = [page.at(0), page.at(-1)];
    return {
      rows: page,
      hasPrevious: backwards ? more : state.place.at === 'after',
      hasNext: backwards ? state.place.at === 'before' : more,
      count: Math.min(count, mostCounted),
      countIsCapped: count > mostCounted,
      first: first && this.#keyOf(first, state.sort),
      last: last && this.#keyOf(last, state.sort),
    };
  }

  /** Every row that matches, in the list's order, batch by batch. */
  async *all(scope: Scope, state: TableState, parentId = 0): AsyncGenerator<readonly Row[]> {
    const ids = await this.#index.candidates(scope, state.words);
    const asked = { ids, params: { ...paramsOf(scope, ids), parentId } };
    yield* inBatches<Row>({
      rows: (place, size) => this.#rows(scope, { ...state, place, size }, asked),
      keyOf: (row) => this.#keyOf(row, state.sort),
      // Where words are looked for, the key is no less work than the rows.
      ...(state.words.length === 0 && {
        keyAt: (place, size) => this.#keyAt(scope, { ...state, place, size }, asked),
      }),
    });
  }

  /** How many rows match. */
  async countAll(scope: Scope, state: TableState, parentId = 0): Promise<number> {
    const ids = await this.#index.candidates(scope, state.words);
    const query = this.#queries.of(['count all', scope.kind, ids.kind, ids.shape], (value) =>
      this.#matching(this.#table.countFrom(this.#db.knex), scope, ids, value).count('* as n'),
    );
    const [row] = await query.run({ ...paramsOf(scope, ids), parentId });
    return Number(Object.values(row ?? {})[0] ?? 0);
  }

  /** Those of the rows with these ids that are within the scope, in no order. */
  async byIds(scope: Scope, ids: readonly number[], parentId = 0): Promise<readonly Row[]> {
    const column = this.#table.id ?? '';
    const listed = { kind: 'ids', shape: 'marked', words: [], column, ids } as const;
    const query = this.#queries.of(['by ids', scope.kind], (value) =>
      this.#matching(this.#table.from(this.#db.knex), scope, listed, value),
    );
    return await query.run({ ...paramsOf(scope, listed), parentId });
  }

  async #rows(scope: Scope, state: TableState, asked: Asked): Promise<Row[]> {
    return await this.#inOrder(scope, state, asked, {
      what: 'rows',
      skip: 0,
      limit: state.size + 1,
    });
  }

  /** Of the row that is `size` rows behind a place. Without what only the columns need, an index alone can tell it. */
  async #keyAt(scope: Scope, state: TableState, asked: Asked): Promise<Cursor | undefined> {
    const [row] = await this.#inOrder(scope, state, asked, {
      what: 'key',
      skip: state.size - 1,
      limit: 1,
    });
    return row && this.#keyOf(row, state.sort);
  }

  /**
   * What comes after a key are the rows with the same first value and a further second one, and then those with a
   * further first value. Half of all rows may have the same, so each of these must be a range of the index: MariaDB
   * finds both when they are alternatives, SQLite when one comes after the other.
   */
  async #inOrder(
    scope: Scope,
    { sort, place, direction }: TableState,
    { ids, params }: Asked,
    { what, skip, limit }: Part,
  ): Promise<Row[]> {
    const key = 'key' in place ? place.key : [];
    const order = orderOf(this.#table, sort);
    const backwards = place.at === 'before' || place.at === 'end';
    const way = (direction === 'asc') === backwards ? 'desc' : 'asc';

    const query = this.#queries.of(
      [what, scope.kind, ids.kind, ids.shape, order, way, key.length, skip, limit],
      (value) => {
        const inRanges = (sames: readonly number[]): Knex.QueryBuilder => {
          const from =
            what === 'rows'
              ? this.#table.from(this.#db.knex)
              : this.#table.countFrom(this.#db.knex).select(order);
          const built = this.#matching(from, scope, ids, value);
          fromKey(built, { order, way, value, sames });
          for (const column of order) {
            built.orderBy(column, way);
          }
          return built;
        };
        const sames = key.map((_part, index) => key.length - 1 - index);
        const whole =
          this.#db.engine === 'mariadb' || sames.length < 2
            ? inRanges(sames)
            : oneAfterTheOther(
                this.#db.knex,
                sames.map((same) => inRanges([same]).limit(skip + limit, unbound)),
              );
        return whole.limit(limit, unbound).offset(skip, unbound);
      },
    );
    return await query.run({
      ...params,
      ...Object.fromEntries(key.map((part, index) => [`key${index}`, part])),
    });
  }

  async #count(scope: Scope, { ids, params }: Asked): Promise<number> {
    const query = this.#queries.of(['count', scope.kind, ids.kind, ids.shape], (value) =>
      this.#db.knex.count('* as n').from(
        this.#matching(this.#table.countFrom(this.#db.knex), scope, ids, value)
          .select(this.#db.knex.raw('1 as one'))
          .limit(mostCounted + 1, unbound)
          .as('matching'),
      ),
    );
    const [row] = await query.run(params);
    return Number(Object.values(row ?? {})[0] ?? 0);
  }

  #matching(
    query: Knex.QueryBuilder,
    scope: Scope,
    ids: Candidates,
    value: Value,
  ): Knex.QueryBuilder {
    const { parent, search } = this.#table;
    const owner = scopeColumn(scope);
    const goesById = ids.kind === 'ids' && this.#db.engine === 'sqlite';
    const where = (column: string, wanted: Knex.Value): void => {
      if (goesById) {
        query.whereRaw(`${withoutIndex}?? = ?`, [column, wanted]);
      } else {
        query.where(column, wanted);
      }
    };

    if (this.#table.within !== undefined) {
      this.#table.within(query, scope, value('accountId'));
    } else if (owner !== undefined) {
      where(owner.column, value('accountId'));
    }
    if (parent !== undefined) {
      where(parent, value('parentId'));
    }
    if (ids.kind === 'ids') {
      amongIds(this.#db, query, ids.column, value('ids'));
    }
    if (search === undefined) {
      return query;
    }
    for (const index of ids.words.keys()) {
      query.whereRaw('instr(??, ?) > 0', [search.column, value(`word${index}`)]);
    }
    return query;
  }

  #keyOf(row: Row, sort: string): Cursor {
    return orderOf(this.#table, sort).map((column) => {
      const value: unknown = Reflect.get(row, column.replace(/^.*\./, ''));
      if (typeof value !== 'number' && typeof value !== 'string') {
        throw new TypeError(
          `${this.#table.key} cannot be ordered by ${column}: it is ${typeof value}.`,
        );
      }
      return value;
    });
  }
}

/** Which part of the rows is read, and whether they themselves or what they are ordered by. */
interface Part {
  readonly what: 'rows' | 'key';
  readonly skip: number;
  readonly limit: number;
}

/** Numbers of ours that stand in the text of a query, which is prepared once. */
const unbound = { skipBinding: true } as const;

/** What a page asks for: which rows the words can match, and the values of the query. */
interface Asked {
  readonly ids: Candidates;
  readonly params: Params;
}

/** @param sames where ranges begin: with so many of the key's values the same, and the next one further. */
function fromKey(
  query: Knex.QueryBuilder,
  {
    order,
    way,
    value,
    sames,
  }: {
    readonly order: readonly string[];
    readonly way: 'asc' | 'desc';
    readonly value: Value;
    readonly sames: readonly number[];
  },
): void {
  if (sames.length === 0) {
    return;
  }
  query.where((ranges) => {
    for (const same of sames) {
      ranges.orWhere((range) => {
        for (const [index, column] of order.slice(0, same + 1).entries()) {
          const further = way === 'asc' ? '>' : '<';
          range.where(column, index < same ? '=' : further, value(`key${index}`));
        }
      });
    }
  });
}

/** SQLite begins with a part only when those before it were not enough. */
function oneAfterTheOther(db: Knex, parts: readonly Knex.QueryBuilder[]): Knex.QueryBuilder {
  return db.unionAll(parts.map((part) => db.select('*').from(part.as('part'))));
}

/**
 * A column behind a `+` is looked up in no index (SQLite, *The query planner*). Left to itself, SQLite would walk through
 * all of an account's rows to meet a few ids, for nobody tells it how many rows there are.
 */
const withoutIndex = '+';

/** Ids as one JSON text, so that the query is the same for any number of them. */
function amongIds(db: Database, query: Knex.QueryBuilder, column: string, ids: Knex.Value): void {
  const list =
    db.engine === 'sqlite'
      ? 'SELECT value FROM json_each(?)'
      : "SELECT id FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) AS listed";
  query.whereRaw(`?? IN (${list})`, [column, ids]);
}
