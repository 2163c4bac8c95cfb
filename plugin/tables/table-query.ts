import type { Database } from '../database/database.js';
import { inBatches } from './batches.js';
import type { ListBounds, Listing } from './listing.js';
import { mostCounted } from './search-index.js';
import { type Sought, soughtIn } from './sought.js';
import { SoughtRows } from './sought-rows.js';
import type { Table } from './table.js';
import type { Part } from './table-sql.js';
import { type Cursor, type TableState, mayBeNull, orderOf } from './table-state.js';

/** A page of a list. */
export interface TablePage<Row> {
  readonly rows: readonly Row[];
  readonly hasPrevious: boolean;
  readonly hasNext: boolean;
  /** The number of matching rows, at most `mostCounted`. */
  readonly count: number;
  readonly countIsCapped: boolean;
  readonly first: Cursor | undefined;
  readonly last: Cursor | undefined;
}

/** The matching rows of a list when they were counted. */
export interface Extent {
  readonly count: number;
  /** The highest of their IDs: rows that are added later have higher ones. */
  readonly last: number;
}

/**
 * Reads pages of a table by key: page 20,000 costs as much as page 1. Each shape of query (scope, order, direction,
 * number of words) is built and prepared once.
 */
export class TableQuery<Row extends object> {
  readonly #table: Table<Row>;
  readonly #found: SoughtRows<Row>;

  constructor(db: Database, table: Table<Row>) {
    this.#table = table;
    this.#found = new SoughtRows(db, table);
  }

  async page(listing: Listing): Promise<TablePage<Row>> {
    const { state } = listing;
    const sought = await this.#sought(listing);
    const rows = await this.#rows(sought, state);
    const count = isWhole(rows, state) ? rows.length : await this.#count(sought, mostCounted + 1);
    const more = rows.length > state.size;
    const backwards = isBackwards(state);
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

  /** All matching rows in the list's order, batch by batch. */
  async *all(listing: Listing): AsyncGenerator<readonly Row[]> {
    const { state } = listing;
    const sought = await this.#sought(listing);
    yield* inBatches<Row>({
      rows: (place, size) => this.#rows(sought, { ...state, place, size }),
      keyOf: (row) => this.#keyOf(row, state.sort),
      // With words or filters, the key costs as much as the rows.
      ...(state.words.length + sought.filters.length === 0 && {
        keyAt: (place, size) => this.#keyAt(sought, { ...state, place, size }),
      }),
    });
  }

  /** The number of matching rows. */
  async countAll(listing: Listing): Promise<number> {
    return await this.#count(await this.#sought(listing));
  }

  /** The rows with these IDs within the bounds, in no order. */
  async byIds(bounds: ListBounds, ids: readonly number[]): Promise<readonly Row[]> {
    const column = this.#table.id ?? '';
    const sought = soughtIn(bounds, { kind: 'ids', shape: 'by id', words: [], column, ids });
    return await this.#found.run('all', sought, this.#found.sql.all(sought));
  }

  /** Counts the matching rows up to an ID. */
  async extent(listing: Listing, upTo = Number.MAX_SAFE_INTEGER): Promise<Extent> {
    const sought = await this.#sought(listing);
    const [row] = await this.#found.run('extent', sought, this.#found.sql.extent(sought), { upTo });
    const { count, last }: { readonly count?: unknown; readonly last?: unknown } = row ?? {};
    return { count: Number(count), last: Number(last ?? 0) };
  }

  /** The next IDs of matching rows in ascending order. Reading all of them so scans the table once. */
  async idsAfter(
    listing: Listing,
    { after, upTo, size }: { readonly after: number; readonly upTo: number; readonly size: number },
  ): Promise<readonly number[]> {
    const sought = byId(await this.#sought(listing));
    const build = this.#found.sql.ids(sought, size);
    const rows = await this.#found.run(`ids ${size}`, sought, build, { after, upTo });
    return rows.map((row) => Number(Reflect.get(row, 'id')));
  }

  async #sought(listing: Listing): Promise<Sought> {
    const { scope, state } = listing;
    const [candidates, filters] = await Promise.all([
      this.#found.index.candidates(scope, state.words),
      this.#found.filters.set(scope, state.filters),
    ]);
    return soughtIn({ ...listing, columns: this.#reading(listing) }, candidates, filters);
  }

  /** Of the columns to read, those that need more than the others: only these change the query. */
  #reading({ columns }: Listing): readonly string[] | undefined {
    const reading = this.#table.columns.filter(({ reads }) => reads !== undefined);
    return columns && reading.map(({ key }) => key).filter((key) => columns.includes(key));
  }

  async #rows(sought: Sought, state: TableState): Promise<readonly Row[]> {
    return await this.#inOrder(sought, state, { what: 'rows', skip: 0, limit: state.size + 1 });
  }

  /** The key of the row `size` rows behind a position. An index can answer this without the columns' joins. */
  async #keyAt(sought: Sought, state: TableState): Promise<Cursor | undefined> {
    const part = { what: 'key', skip: state.size - 1, limit: 1 } as const;
    const [row] = await this.#inOrder(sought, state, part);
    return row && this.#keyOf(row, state.sort);
  }

  async #inOrder(
    sought: Sought,
    state: TableState,
    { what, skip, limit }: Pick<Part, 'what' | 'skip' | 'limit'>,
  ): Promise<readonly Row[]> {
    const { sort, place, direction } = state;
    const key = 'key' in place ? place.key : [];
    const order = orderOf(this.#table, sort);
    const way = (direction === 'asc') === isBackwards(state) ? 'desc' : 'asc';
    const kinds = key.map((part) => (part === null ? 'null' : 'value'));
    const build = this.#found.sql.inOrder(sought, {
      what,
      order,
      way,
      key: kinds,
      hasNulls: mayBeNull(this.#table, sort),
      skip,
      limit,
    });
    const values = Object.fromEntries(
      key.flatMap((part, index) => (part === null ? [] : [[`key${index}`, part]])),
    );
    const name = [what, order, way, ...kinds, skip, limit].join(' ');
    return await this.#found.run(name, sought, build, values);
  }

  async #count(sought: Sought, most?: number): Promise<number> {
    const [row] = await this.#found.run(
      `count ${most}`,
      sought,
      this.#found.sql.count(sought, most),
    );
    return Number(Object.values(row ?? {})[0] ?? 0);
  }

  #keyOf(row: Row, sort: string): Cursor {
    return orderOf(this.#table, sort).map((column) => {
      const value: unknown = Reflect.get(row, column.replace(/^.*\./, ''));
      if (typeof value !== 'number' && typeof value !== 'string' && value !== null) {
        throw new TypeError(
          `${this.#table.key} cannot be ordered by ${column}: it is ${typeof value}.`,
        );
      }
      return value;
    });
  }
}

/** The same, for a scan in the order of IDs: no other index leads to rows that would have to be sorted. */
function byId(sought: Sought): Sought {
  const { candidates } = sought;
  return candidates.kind === 'walk'
    ? { ...sought, candidates: { ...candidates, kind: 'walk-by-id' } }
    : sought;
}

/** Whether a page has all matching rows, so that they need not be counted. */
function isWhole(rows: readonly unknown[], { place, size }: TableState): boolean {
  return (place.at === 'start' || place.at === 'end') && rows.length <= size;
}

function isBackwards({ place }: TableState): boolean {
  return place.at === 'before' || place.at === 'end';
}
