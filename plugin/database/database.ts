import type { Knex } from 'knex';
import type { Engine } from './engine.js';
import { openMariadb } from './mariadb.js';
import type { RunPrepared } from './prepared.js';
import { openSqlite } from './sqlite.js';

/** A SQLite file, or a MariaDB or MySQL server. */
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
   * Runs `work` in one transaction. A deadlock, a lock timeout or a failed Galera certification restarts it, for up to
   * five seconds, so it must do nothing but database work.
   */
  transaction<T>(work: (tx: Knex.Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Whether it reads hundreds of rows at once, each a single time, as exports do: SQLite gets a thread for it. */
  readonly readsManyRows?: boolean;
}

export function openDatabase(location: DatabaseLocation, options: DatabaseOptions = {}): Database {
  return 'file' in location ? openSqlite(location, options) : openMariadb(location);
}

/** The file that holds all data, if it is a single file. */
export function fileOf(location: DatabaseLocation): string | undefined {
  return 'file' in location ? location.file : undefined;
}
