import type { Knex } from 'knex';
import type { Database } from '../database/database.js';
import type { Value } from '../database/prepared-shapes.js';
import { scopeColumn } from '../viewing/scope.js';
import { type KeyRange, inRanges, startsOf } from './key-ranges.js';
import { type Sought, valueName } from './sought.js';
import type { SetFilter } from './table-filters.js';
import type { Table, TableParts } from './table.js';

/** Builds a query with placeholders for its values. */
export type Build = (value: Value) => Knex.QueryBuilder;

/** Which rows are read, and whether with all columns or only their keys. */
export interface Part extends KeyRange {
  readonly what: 'rows' | 'key';
  readonly skip: number;
  readonly limit: number;
}

/** Our own numbers in the text of a query, which is prepared once. */
const unbound = { skipBinding: true } as const;

/** Builds the queries of a table without running them. */
export class TableSql<Row> {
  readonly #db: Database;
  readonly #table: Table<Row>;

  constructor(db: Database, table: Table<Row>) {
    this.#db = db;
    this.#table = table;
  }

  all(sought: Sought): Build {
    return (value) => this.#narrowed(this.#rows(sought), sought, value);
  }

  /** @param most the largest count; unlimited if left out. */
  count(sought: Sought, most?: number): Build {
    return (value) => {
      const matching = this.#narrowed(this.#table.countFrom(this.#db.knex), sought, value);
      if (most === undefined) {
        return matching.count('* as n');
      }
      const one = this.#db.knex.raw('1 as one');
      return this.#db.knex
        .count('* as n')
        .from(matching.select(one).limit(most, unbound).as('matching'));
    };
  }

  /** The number of matching rows up to an ID, and the highest one. */
  extent(sought: Sought): Build {
    const { id = '' } = this.#table;
    return (value) =>
      this.#narrowed(this.#table.countFrom(this.#db.knex), sought, value)
        .where(id, '<=', value('upTo'))
        .count('* as count')
        .max(`${id} as last`);
  }

  /** The IDs of matching rows behind one and up to another, in their order. */
  ids(sought: Sought, limit: number): Build {
    const { id = '' } = this.#table;
    return (value) =>
      this.#narrowed(this.#table.countFrom(this.#db.knex), sought, value)
        .select(`${id} as id`)
        .where(id, '>', value('after'))
        .where(id, '<=', value('upTo'))
        .orderBy(id)
        .limit(limit, unbound);
  }

  /** The texts that the search compares with words, with their IDs; of a walk, those of the first rows. */
  texts(sought: Sought, limit: number): Build {
    return (value) => {
      const { parts, search } = this.#table;
      const { knex } = this.#db;
      if (sought.candidates.kind === 'walk') {
        return this.#firstTexts(sought, limit, value);
      }
      const of =
        parts === undefined
          ? this.#narrowed(this.#table.countFrom(knex), sought, value)
          : this.#partsWithRows(parts, { sought, value });
      if (parts !== undefined) {
        this.#filtered(of, sought, value, false);
      }
      return of.select(`${search?.id} as id`, `${search?.column} as text`).limit(limit, unbound);
    };
  }

  /** Rows are read once the index has given their IDs: MariaDB would read and sort all of them otherwise. */
  #firstTexts(sought: Sought, limit: number, value: Value): Knex.QueryBuilder {
    const { search, columns, defaultSort, defaultDirection = 'asc' } = this.#table;
    const { knex } = this.#db;
    const { sortBy = [] } = columns.find(({ key }) => key === defaultSort) ?? {};
    const first = this.#narrowed(this.#table.countFrom(knex), sought, value);
    for (const column of sortBy) {
      first.orderBy(column, defaultDirection);
    }
    const { id = '', column = '' } = search ?? {};
    first.select(`${id} as first_id`).limit(limit, unbound);
    return this.#narrowed(this.#table.countFrom(knex), sought, value)
      .join(first.as('first_rows'), id, 'first_rows.first_id')
      .select(`${id} as id`, `${column} as text`);
  }

  inOrder(sought: Sought, { what, skip, limit, ...range }: Part): Build {
    return (value) => {
      const rows = (starts: ReturnType<typeof startsOf>): Knex.QueryBuilder =>
        inRanges(this.#narrowed(this.#read(what, range, sought), sought, value), {
          ...range,
          starts,
          value,
        });
      const starts = startsOf(range);
      const whole =
        this.#db.engine.supportsAlternativeRanges || starts.length < 2
          ? rows(starts)
          : oneAfterTheOther(
              this.#db.knex,
              starts.map((start) => rows([start]).limit(skip + limit, unbound)),
            );
      return whole.limit(limit, unbound).offset(skip, unbound);
    };
  }

  #read(what: Part['what'], { order }: KeyRange, sought: Sought): Knex.QueryBuilder {
    return what === 'rows'
      ? this.#rows(sought)
      : this.#table.countFrom(this.#db.knex).select(order);
  }

  #rows({ columns: shown }: Sought): Knex.QueryBuilder {
    const { knex } = this.#db;
    const columns = this.#table.columns.filter(({ key }) => shown?.includes(key) !== false);
    return this.#table.from(knex).select(columns.flatMap(({ reads }) => reads?.(knex) ?? []));
  }

  #narrowed(query: Knex.QueryBuilder, sought: Sought, value: Value): Knex.QueryBuilder {
    const { parts } = this.#table;
    if (parts === undefined) {
      this.#withinScope(query, sought, value);
      this.#amongIds(query, sought, value);
      this.#withWords(query, sought, value);
    } else {
      this.#withParts(query, parts, { sought, value });
    }
    this.#ofParent(query, sought, value);
    this.#filtered(query, sought, value, false);
    return query;
  }

  /**
   * Where few parts match, they lead to their rows. Otherwise rows are scanned in their order, each of which soon has a
   * part that matches.
   */
  #withParts(
    query: Knex.QueryBuilder,
    parts: TableParts,
    { sought, value }: { readonly sought: Sought; readonly value: Value },
  ): void {
    const { knex } = this.#db;
    const { candidates, filters } = sought;
    if (candidates.kind === 'ids' || filters.some(({ filter }) => filter.isOfParts === true)) {
      const leading = this.#partsWithRows(parts, { sought, value }).select(parts.rowId);
      query.whereIn(parts.rowId, leading);
      return;
    }
    this.#withinScope(query, sought, value);
    if (candidates.words.length > 0) {
      const matching = this.#partsAmong(parts.ofRow(knex), parts, { sought, value });
      query.whereExists(matching.select(knex.raw('1')));
    }
  }

  #partsWithRows(
    parts: TableParts,
    { sought, value }: { readonly sought: Sought; readonly value: Value },
  ): Knex.QueryBuilder {
    const leading = this.#partsAmong(parts.withRows(this.#db.knex), parts, { sought, value });
    this.#withinScope(leading, sought, value);
    return leading;
  }

  #partsAmong(
    some: Knex.QueryBuilder,
    parts: TableParts,
    { sought, value }: { readonly sought: Sought; readonly value: Value },
  ): Knex.QueryBuilder {
    parts.within(some, sought.scope, value('accountId'), this.#db.engine);
    this.#amongIds(some, sought, value);
    this.#withWords(some, sought, value);
    this.#filtered(some, sought, value, true);
    return some;
  }

  #withinScope(query: Knex.QueryBuilder, sought: Sought, value: Value): void {
    const owner = scopeColumn(sought.scope);
    if (this.#table.within !== undefined) {
      this.#table.within(query, sought.scope, value('accountId'), this.#db.engine);
    } else if (owner !== undefined) {
      this.#equals(query, owner.column, value('accountId'), sought);
    }
  }

  #ofParent(query: Knex.QueryBuilder, sought: Sought, value: Value): void {
    const { parent } = this.#table;
    if (parent !== undefined && !sought.isAcross) {
      this.#equals(query, parent, value('parentId'), sought);
    }
  }

  #amongIds(query: Knex.QueryBuilder, { candidates }: Sought, value: Value): void {
    if (candidates.kind === 'ids') {
      this.#db.engine.whereAmong(query, candidates.column, value('ids'));
    }
  }

  #withWords(query: Knex.QueryBuilder, { candidates }: Sought, value: Value): void {
    const { search } = this.#table;
    if (search === undefined) {
      return;
    }
    for (const index of candidates.words.keys()) {
      query.whereRaw('instr(??, ?) > 0', [search.column, value(`word${index}`)]);
    }
  }

  #filtered(query: Knex.QueryBuilder, sought: Sought, value: Value, ofParts: boolean): void {
    const filters = sought.filters.filter(({ filter }) => (filter.isOfParts === true) === ofParts);
    for (const set of filters) {
      const { filter, values, compare } = set;
      const column = this.#isLedTo(set, sought)
        ? filter.sql
        : this.#db.engine.withoutIndex(filter.sql);
      const bindings = values.map((_value, index) => value(valueName(set, index)));
      if (values.length === 0) {
        query.whereRaw('1 = 0');
      } else if (compare === '=') {
        query.whereRaw(`${column} IN (${values.map(() => '?').join(', ')})`, bindings);
      } else {
        query.whereRaw(`${column} ${compare} ?`, bindings);
      }
    }
  }

  /** Whether an index yields the rows of a filter in the list's order. */
  #isLedTo({ filter, isCommon }: SetFilter, { candidates, scope, filters }: Sought): boolean {
    const leadsParts = filters.some((set) => set.filter.isOfParts === true);
    if (leadsParts) {
      return filter.isOfParts === true && candidates.kind !== 'ids';
    }
    return candidates.kind === 'walk' && !isCommon && filter.indexed?.includes(scope.kind) === true;
  }

  #equals(
    query: Knex.QueryBuilder,
    column: string,
    wanted: Knex.Value,
    { candidates }: Sought,
  ): void {
    if (candidates.kind !== 'walk') {
      query.whereRaw(`${this.#db.engine.withoutIndex('??')} = ?`, [column, wanted]);
    } else {
      query.where(column, wanted);
    }
  }
}

/** SQLite only evaluates a part if the ones before it did not yield enough rows. */
function oneAfterTheOther(db: Knex, parts: readonly Knex.QueryBuilder[]): Knex.QueryBuilder {
  return db.unionAll(parts.map((part) => db.select('*').from(part.as('part'))));
}
