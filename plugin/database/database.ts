import type { Knex } from 'knex';
import type { Engine } from './engine.js';
import { openMariadb } from './mariadb.js';
import type { RunPrepared } from './prepared.js';
import { openSqlite } from './sqlite.js';

/** Where the data is: a file for SQLite, or a server for MariaDB and MySQL. */
export type DatabaseLocation = SqliteLocation | MariadbLocation;

export interface SqliteLocation {
  readonly engine: 'sqlite';
  readonly file: string;
}

export interface MariadbLocation {
  readonly engine: 'mariadb';
  readonly url: string;
}

export interface Database {
  readonly engine: Engine;
  /** For threads, which need connections of their own. */
  readonly location: DatabaseLocation;
  /** Builds and runs queries; changes go through `transaction`. */
  readonly knex: Knex;
  /** For `Prepared`: reads committed rows on connections of their own. */
  readonly runPrepared: RunPrepared;
  /**
   * Runs `work` in one transaction. A deadlock, a lock that was waited for too long or a failed Galera
   * certification runs it again from the start, for five seconds, so it must do nothing but database work.
   */
  transaction<T>(work: (tx: Knex.Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Whether hundreds of rows are read at once, and each a single time, as for an export: SQLite gets a thread for it. */
  readonly readsManyRows?: boolean;
}

export function openDatabase(location: DatabaseLocation, options: DatabaseOptions = {}): Database {
  return 'file' in location ? openSqlite(location, options) : openMariadb(location);
}

/** The file that holds all of the data, where it is one. */
export function fileOf(location: DatabaseLocation): string | undefined {
  return 'file' in location ? location.file : undefined;
}
