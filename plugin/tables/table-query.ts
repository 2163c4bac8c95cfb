import type { Knex } from 'knex';
import type { Database } from '../database/database.js';
import { Prepared } from '../database/prepared.js';
import { type Scope, scopeColumn } from '../database/scope.js';
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

/** Counting goes no further than this, for an exact count of a common word costs more than the page. */
export const mostCounted = 1000;
const shortestIndexed = 3;
const batchSizes = [2000, 5000, 10_000, 20_000] as const;
const longBatchMs = 200;

type Params = Record<string, string | number>;
type Value = (name: string) => Knex.Value;

/**
 * Reads pages of a table by key: page 20,000 costs what page 1 does. Each shape of query (scope, order, direction,
 * number of words) is built and prepared once.
 */
export class TableQuery<Row extends object> {
  readonly #db: Database;
  readonly #table: Table<Row>;
  readonly #prepared = new Map<string, Prepared<Params, Row>>();

  constructor(db: Database, table: Table<Row>) {
    this.#db = db;
    this.#table = table;
  }

  /** @param parentId of a table with a parent. */
  async page(scope: Scope, state: TableState, parentId = 0): Promise<TablePage<Row>> {
    const ids = await this.#candidates(scope, state.words);
    const params = { ...paramsOf(scope, ids), parentId };
    const [rows, count] = await Promise.all([
      this.#rows(scope, state, { ids, params }),
      this.#count(scope, { ids, params }),
    ]);
    const more = rows.length > state.size;
    const backwards = state.place.at === 'before' || state.place.at === 'end';
    const shown = rows.slice(0, state.size);
    const page = backwards ? shown.toReversed() : shown;
    return {
      rows: page,
      hasPrevious: backwards ? more : state.place.at === 'after',
      hasNext: backwards ? state.place.at === 'before' : more,
      count: Math.min(count, mostCounted),
      countIsCapped: count > mostCounted,
      first: this.#cursor(page.at(0), state.sort),
      last: this.#cursor(page.at(-1), state.sort),
    };
  }

  /**
   * Every row that matches, in the list's order, batch by batch. The next one is looked for while the last one is
   * used; where that takes long, as in an order without an index, batches become larger and so fewer.
   */
  async *all(scope: Scope, state: TableState, parentId = 0): AsyncGenerator<readonly Row[]> {
    const ids = await this.#candidates(scope, state.words);
    const asked = { ids, params: { ...paramsOf(scope, ids), parentId } };
    const read = async (from: TableState['place'], size: number): Promise<Batch<Row>> => {
      const start = performance.now();
      const rows = await this.#rows(scope, { ...state, place: from, size }, asked);
      return { rows, size, tookMs: performance.now() - start };
    };
    let next = read({ at: 'start' }, batchSizes[0]);
    for (;;) {
      const { rows, size, tookMs } = await next;
      const batch = rows.slice(0, size);
      const last = this.#cursor(batch.at(-1), state.sort);
      if (rows.length <= size || last === undefined) {
        yield batch;
        return;
      }
      next = read({ at: 'after', key: last }, tookMs > longBatchMs ? largerThan(size) : size);
      // Nobody may be there any more to be told.
      next.catch(() => {});
      yield batch;
    }
  }

  /** How many rows match. */
  async countAll(scope: Scope, state: TableState, parentId = 0): Promise<number> {
    const ids = await this.#candidates(scope, state.words);
    const query = this.#query(['count all', scope.kind, ids.kind, ids.shape], (value) =>
      this.#matching(this.#table.countFrom(this.#db.knex), scope, ids, value).count('* as n'),
    );
    const [row] = await query.run({ ...paramsOf(scope, ids), parentId });
    return Number(Object.values(row ?? {})[0] ?? 0);
  }

  /** Those of the rows with these ids that are within the scope, in no order. */
  async byIds(scope: Scope, ids: readonly number[], parentId = 0): Promise<readonly Row[]> {
    const column = this.#table.id ?? '';
    const listed = { kind: 'ids', shape: 'marked', words: [], column, ids } as const;
    const query = this.#query(['by ids', scope.kind], (value) =>
      this.#matching(this.#table.from(this.#db.knex), scope, listed, value),
    );
    return await query.run({ ...paramsOf(scope, listed), parentId });
  }

  async #rows(scope: Scope, state: TableState, { ids, params }: Asked): Promise<Row[]> {
    const order = orderOf(this.#table, state.sort);
    const { place, direction } = state;
    const backwards = place.at === 'before' || place.at === 'end';
    const way = (direction === 'asc') === backwards ? 'desc' : 'asc';
    const key = 'key' in place ? place.key : undefined;

    const query = this.#query(
      ['rows', scope.kind, ids.kind, ids.shape, order, way, key !== undefined, state.size],
      (value) => {
        const built = this.#matching(this.#table.from(this.#db.knex), scope, ids, value);
        if (key !== undefined) {
          beyond(built, keyConditions(order, way, value));
        }
        for (const column of order) {
          built.orderBy(column, way);
        }
        return built.limit(state.size + 1, { skipBinding: true });
      },
    );
    return await query.run({
      ...params,
      ...Object.fromEntries((key ?? []).map((part, index) => [`key${index}`, part])),
    });
  }

  async #count(scope: Scope, { ids, params }: Asked): Promise<number> {
    const query = this.#query(['count', scope.kind, ids.kind, ids.shape], (value) =>
      this.#db.knex.count('* as n').from(
        this.#matching(this.#table.countFrom(this.#db.knex), scope, ids, value)
          .select(this.#db.knex.raw('1 as one'))
          .limit(mostCounted + 1, { skipBinding: true })
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
    this.#narrow(query, scope, value('accountId'));
    const { parent, search } = this.#table;
    if (parent !== undefined) {
      query.where(parent, value('parentId'));
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

  #narrow(query: Knex.QueryBuilder, scope: Scope, accountId: Knex.Value): void {
    if (this.#table.within !== undefined) {
      this.#table.within(query, scope, accountId);
      return;
    }
    const owner = scopeColumn(scope);
    if (owner !== undefined) {
      query.where(owner.column, accountId);
    }
  }

  /**
   * Rare words are found through the index first. Common ones are not: walking the list in its order meets enough
   * of them at once, while sorting all that match would take longer the more there are.
   */
  async #candidates(scope: Scope, words: readonly string[]): Promise<Candidates> {
    const shape = String(words.length);
    const index = this.#table.search?.index;
    const found =
      index === undefined || words.length === 0
        ? undefined
        : this.#db.engine === 'sqlite'
          ? await this.#byTrigrams(index.table, words)
          : await this.#byWalking(index.table, scope, words);
    return index === undefined || found === undefined || found.length > mostCounted
      ? { kind: 'walk', shape, words }
      : { kind: 'ids', shape, words, column: index.id, ids: found };
  }

  /** @returns one id more than are counted when there are many; undefined when the words are too short. */
  async #byTrigrams(index: string, words: readonly string[]): Promise<number[] | undefined> {
    const trigrams = words.filter((word) => word.length >= shortestIndexed).flatMap(trigramsOf);
    if (trigrams.length === 0) {
      return undefined;
    }
    const match = trigrams.map((each) => `"${each.replaceAll('"', '""')}"`).join(' AND ');
    const query = this.#query(['probe'], (value) =>
      this.#db
        .knex(index)
        .select('rowid as id')
        .whereRaw('?? MATCH ?', [index, value('match')])
        .limit(mostCounted + 1, { skipBinding: true }),
    );
    return idsIn(await query.run({ match }));
  }

  async #byWalking(index: string, scope: Scope, words: readonly string[]): Promise<number[]> {
    const query = this.#query(['probe', scope.kind, words.length], (value) => {
      const narrow = this.#db.knex(index).select('id');
      const owner = scopeColumn(scope);
      if (owner !== undefined) {
        narrow.where(owner.column, value('accountId'));
      }
      for (const place of words.keys()) {
        narrow.whereRaw('instr(search_text, ?) > 0', [value(`word${place}`)]);
      }
      return narrow.limit(mostCounted + 1, { skipBinding: true });
    });
    return idsIn(await query.run(paramsOf(scope, { kind: 'walk', shape: '', words })));
  }

  #query(
    shape: readonly unknown[],
    build: (value: Value) => Knex.QueryBuilder,
  ): Prepared<Params, Row> {
    const key = shape.join('|');
    const known = this.#prepared.get(key);
    if (known !== undefined) {
      return known;
    }
    const prepared = new Prepared<Params, Row>(this.#db, build);
    this.#prepared.set(key, prepared);
    return prepared;
  }

  #cursor(row: Row | undefined, sort: string): Cursor | undefined {
    if (row === undefined) {
      return undefined;
    }
    const values = new Map(Object.entries(row));
    return orderOf(this.#table, sort).map((column) => {
      const value: unknown = values.get(column.replace(/^.*\./, ''));
      return typeof value === 'number' ? value : String(value);
    });
  }
}

/** Rows, and perhaps one more that says that they are not the last. */
interface Batch<Row> {
  readonly rows: readonly Row[];
  readonly size: number;
  readonly tookMs: number;
}

function largerThan(size: number): number {
  return batchSizes.find((each) => each > size) ?? size;
}

type Candidates = {
  readonly shape: string;
  readonly words: readonly string[];
} & (
  | { readonly kind: 'walk' }
  | { readonly kind: 'ids'; readonly column: string; readonly ids: readonly number[] }
);

/** What a page asks for: which rows the words can match, and the values of the query. */
interface Asked {
  readonly ids: Candidates;
  readonly params: Params;
}

function paramsOf(scope: Scope, candidates: Candidates): Params {
  return {
    accountId: scopeColumn(scope)?.accountId ?? 0,
    ids: candidates.kind === 'ids' ? JSON.stringify(candidates.ids) : '',
    ...Object.fromEntries(candidates.words.map((word, index) => [`word${index}`, word])),
  };
}

interface KeyCondition {
  readonly column: string;
  readonly further: '>' | '<';
  readonly value: Knex.Value;
}

function keyConditions(
  order: readonly string[],
  way: 'asc' | 'desc',
  value: Value,
): readonly KeyCondition[] {
  const further = way === 'asc' ? '>' : '<';
  return order.map((column, index) => ({ column, further, value: value(`key${index}`) }));
}

/** `a >= ? AND (a > ? OR (b > ?))`: unlike a comparison of rows, every engine finds this by index. */
function beyond(query: Knex.QueryBuilder, [first, ...rest]: readonly KeyCondition[]): void {
  if (first === undefined) {
    return;
  }
  const { column, further, value } = first;
  if (rest.length === 0) {
    query.where(column, further, value);
    return;
  }
  query.where(column, `${further}=`, value).where((either) => {
    void either.where(column, further, value).orWhere((same) => beyond(same, rest));
  });
}

/** Ids as one JSON text, so that the query is the same for any number of them. */
function amongIds(db: Database, query: Knex.QueryBuilder, column: string, ids: Knex.Value): void {
  const list =
    db.engine === 'sqlite'
      ? 'SELECT value FROM json_each(?)'
      : "SELECT id FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) AS listed";
  query.whereRaw(`?? IN (${list})`, [column, ids]);
}

function idsIn(rows: readonly object[]): number[] {
  return rows.flatMap((row) => Object.values(row)).map(Number);
}

function trigramsOf(word: string): string[] {
  const characters = Array.from(word);
  return characters.slice(2).map((_last, index) => characters.slice(index, index + 3).join(''));
}
