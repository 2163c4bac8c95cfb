import type { Knex } from 'knex';
import type { Database, DatabaseLocation } from './database.js';

export type EngineName = DatabaseLocation['engine'];

/** What differs between the databases that Relais runs on. Ask for what an engine can do, never for its name. */
export interface Engine {
  /** Whether panels and mail hosts on several machines can share one database. */
  readonly supportsSharing: boolean;
  /** Whether conditions joined by OR are each read as a range of an index. */
  readonly supportsAlternativeRanges: boolean;
  /** A query that fails where the database cannot be read. */
  readonly probe: string;
  /** The aggregate function that makes a JSON array. */
  readonly jsonArrayOf: string;
  /** Whether a transaction takes changes to tables back with all else. */
  readonly changesTablesInTransactions: boolean;
  /** Texts and columns joined to one text. */
  concat(...texts: readonly string[]): string;
  /** Makes a view, in the place of the one that has its name. */
  replaceView(db: Knex, name: string, query: string): Promise<void>;
  /** Narrows to the ids in a JSON text, so that the query is the same for any number of them. */
  whereAmong(query: Knex.QueryBuilder, column: string, ids: Knex.Value): void;
  /** Makes SQL of a column whose index, if there is one, stays out of the plan, as where ids lead to the rows. */
  withoutIndex(column: string): string;
  /** @param index the table that `createSearch` of the migrations made. */
  foldedSearch(db: Database, index: string): FoldedSearch;
}

/** Finds rows by what their folded texts contain. */
export interface FoldedSearch {
  /**
   * Ids of rows that may have every word, more than `most` when there are many: each is still checked on its row.
   *
   * @returns undefined where the words are too short, or too common, to be found by an index.
   */
  idsWith(words: readonly string[], within: SearchLimits): Promise<readonly number[] | undefined>;
}

export interface SearchLimits {
  /** Whose rows they are; everybody's where it is left out. */
  readonly owner: { readonly column: string; readonly accountId: number } | undefined;
  readonly most: number;
}

/** How an engine's driver says what went wrong. */
export interface EngineErrors {
  /** Another transaction was in the way. */
  isContention(error: DriverError): boolean;
  /** A unique key has the value already. */
  isDuplicate(error: DriverError): boolean;
  /** Nothing can be stored, while what is stored may still be readable. */
  cannotStore(error: DriverError): boolean;
  /** No connection, or none any more. */
  doesNotAnswer(error: DriverError): boolean;
}

/** What drivers, the file system and Knex give an error. */
export interface DriverError {
  readonly code?: unknown;
  readonly errno?: unknown;
  readonly fatal?: unknown;
  readonly name?: unknown;
  readonly sqlState?: unknown;
  readonly syscall?: unknown;
}

/** The engine behind a Knex, for SQL that is built where the database is not at hand. */
export function engineOf({ userParams }: Knex): Engine {
  return userParams['engine'];
}
