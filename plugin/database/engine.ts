import type { Knex } from 'knex';
import type { Database, DatabaseLocation } from './database.js';

export type EngineName = DatabaseLocation['engine'];

/** What differs between the supported databases. Ask for a capability, never for an engine's name. */
export interface Engine {
  /** Whether several machines can share one database. */
  readonly supportsSharing: boolean;
  /** Whether a transaction that writes excludes all others that do. */
  readonly hasOneWriter: boolean;
  /** Whether the optimizer reads each condition of an OR as an index range. */
  readonly supportsAlternativeRanges: boolean;
  /** A query that fails when the database cannot be read. */
  readonly probe: string;
  /** The aggregate function that builds a JSON array. */
  readonly jsonArrayOf: string;
  /** The aggregate function that builds a JSON object of keys and values. */
  readonly jsonObjectOf: string;
  /** Whether a rollback also undoes changes to tables (transactional DDL). */
  readonly changesTablesInTransactions: boolean;
  /** A join that reads its tables in the order in which they are written. */
  readonly joinInOrder: string;
  /** SQL, in an insertion that meets an existing row, of the value that was to be inserted. */
  given(column: string): string;
  /** Concatenates texts and columns. */
  concat(...texts: readonly string[]): string;
  /** Creates or replaces a view. */
  replaceView(db: Knex, name: string, query: string): Promise<void>;
  /** Narrows to the IDs in a JSON text, so that the SQL is the same for any number of them. */
  whereAmong(query: Knex.QueryBuilder, column: string, ids: Knex.Value): void;
  /** Narrows to rows whose column is among the `row_id`s of a query, also in an UPDATE. */
  whereInRows(query: Knex.QueryBuilder, column: string, rows: Knex.QueryBuilder): void;
  /** SQL, with one binding, of a table of the lists in a JSON text, with these columns in their order. */
  jsonRows(columns: Readonly<Record<string, 'number' | 'text'>>): string;
  /** SQL of whether every text of one JSON list is in another. */
  listIsWithin(list: string, other: string): string;
  /** SQL of a column without its index, for queries that find their rows by ID. */
  withoutIndex(column: string): string;
  /** The columns of a table that can be written: others are computed by the database. */
  writableColumns(db: Knex, table: string): Promise<readonly Column[]>;
  /** Deletes what the search of a log keeps of entries that were deleted, older than all others. */
  forgetLogSearch(db: Knex, table: string): Promise<void>;
  /** @param index the table that `createSearch` of the migrations made. */
  foldedSearch(db: Database, index: string): FoldedSearch;
}

export interface Column {
  readonly name: string;
  /** Whether it holds bytes instead of text or a number. */
  readonly isBinary: boolean;
}

/** Finds rows by substrings of their folded texts. */
export interface FoldedSearch {
  /**
   * IDs of rows that may contain every word, more than `most` if there are many; the caller checks each row.
   *
   * @returns undefined where the words are too short or too common for the index.
   */
  idsWith(words: readonly string[], within: SearchLimits): Promise<readonly number[] | undefined>;
  /** IDs of rows, at most `most`, that may contain all words if one of them has a typing error. */
  idsNear(
    misspelled: string,
    others: readonly string[],
    within: SearchLimits,
  ): Promise<readonly number[]>;
}

export interface SearchLimits {
  /** The owner of the rows; every owner's if left out. */
  readonly owner: { readonly column: string; readonly accountId: number } | undefined;
  readonly most: number;
}

/** How an engine's driver reports errors. */
export interface EngineErrors {
  /** Another transaction was in the way. */
  isContention(error: DriverError): boolean;
  /** A unique key has the value already. */
  isDuplicate(error: DriverError): boolean;
  /** Nothing can be written, although reading may still work. */
  cannotStore(error: DriverError): boolean;
  /** No connection, or a lost one. */
  doesNotAnswer(error: DriverError): boolean;
}

/** The properties that drivers, the file system and Knex set on errors. */
export interface DriverError {
  readonly code?: unknown;
  readonly errno?: unknown;
  readonly fatal?: unknown;
  readonly name?: unknown;
  readonly sqlState?: unknown;
  readonly syscall?: unknown;
}

/** The engine behind a Knex, for code that builds SQL without a `Database`. */
export function engineOf({ userParams }: Knex): Engine {
  return userParams['engine'];
}
