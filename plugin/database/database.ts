import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type Sqlite from 'better-sqlite3';
import knex, { type Knex } from 'knex';
import { createPool } from 'mysql2/promise';
import { makeFolder } from '../runtime/paths.js';
import type { Engine } from './engine.js';
import type { RunPrepared } from './prepared.js';
import { sqliteReader } from './sqlite-reader.js';
import { sqliteReadingThread } from './sqlite-reading-thread.js';

/** Where the data is: a file for SQLite, or a server for MariaDB and MySQL. */
export type DatabaseLocation =
  | { readonly engine: 'sqlite'; readonly file: string }
  | { readonly engine: 'mariadb'; readonly url: string };

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
  return location.engine === 'sqlite'
    ? openSqlite(location.file, options)
    : openMariadb(location.url);
}

function openSqlite(file: string, { readsManyRows = false }: DatabaseOptions): Database {
  makeFolder(dirname(file), 0o700);
  const client = knex({
    client: 'better-sqlite3',
    connection: { filename: file },
    useNullAsDefault: true,
    log: silent,
    compileSqlOnError: false,
    pool: { min: 1, max: 1, afterCreate: prepareSqlite },
  });
  const reader = readsManyRows ? sqliteReadingThread(file) : sqliteReader(file);

  return {
    engine: 'sqlite',
    location: { engine: 'sqlite', file },
    knex: client,
    runPrepared: reader.run,
    transaction: (work) =>
      retrying(() =>
        client.transaction(async (tx) => {
          await takeWriteLock(tx);
          return await work(tx);
        }),
      ),
    async close() {
      await reader.close();
      await client.destroy();
    },
  };
}

/** SQLite waits in this very thread, so it waits briefly, and `retrying` goes on. */
const busyTimeoutMs = 100;

/** Knex would print on the console what it throws anyway. */
const silent = { warn() {}, error() {}, deprecate() {}, debug() {} };

function prepareSqlite(connection: Sqlite.Database, done: (error: Error | null) => void): void {
  connection.pragma('journal_mode = WAL');
  connection.pragma('foreign_keys = ON');
  connection.pragma(`busy_timeout = ${busyTimeoutMs}`);
  done(null);
}

/**
 * SQLite refuses to turn a reading transaction into a writing one when another process wrote in between, however
 * long we would wait. A statement that writes, even no row, waits for the lock first.
 */
async function takeWriteLock(tx: Knex.Transaction): Promise<void> {
  await tx.raw('DELETE FROM settings WHERE 0');
}

function openMariadb(url: string): Database {
  const connection = {
    ...connectionFrom(url),
    charset: 'utf8mb4',
    supportBigNumbers: true,
    connectTimeout: 5000,
  };
  const client = knex({
    client: 'mysql2',
    connection,
    pool: { min: 0, max: 10, afterCreate: prepareMariadb },
    log: silent,
    compileSqlOnError: false,
    acquireConnectionTimeout: 5000,
  });
  const readers = createPool({ ...connection, connectionLimit: 10, maxPreparedStatements: 500 });
  readers.pool.on('connection', (each) => each.query(longLists));

  return {
    engine: 'mariadb',
    location: { engine: 'mariadb', url },
    knex: client,
    runPrepared: async (sql, values) => {
      const [rows] = await readers.execute(sql, [...values]);
      return rows as Record<string, unknown>[];
    },
    transaction: (work) => retrying(() => client.transaction(work)),
    async close() {
      await readers.end();
      await client.destroy();
    },
  };
}

/** What GROUP_CONCAT and, on MariaDB, JSON_ARRAYAGG put together is cut otherwise, on some servers at 1,024 bytes. */
const longLists = 'SET SESSION group_concat_max_len = 16777215';

/** Before anybody is handed the connection. */
function prepareMariadb(
  connection: { query(sql: string, done: (error: Error | null) => void): void },
  done: (error: Error | null, connection: unknown) => void,
): void {
  connection.query(longLists, (error) => done(error, connection));
}

/** `mysql://user:password@host:port/database`, with `?socket=/path` for a Unix socket. */
export function connectionFrom(url: string): {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  socketPath?: string;
} {
  const parsed = new URL(url);
  const socketPath = parsed.searchParams.get('socket');
  return {
    host: parsed.hostname,
    port: Number(parsed.port || 3306),
    user: decodeURIComponent(parsed.username),
    password: decodeURIComponent(parsed.password),
    database: decodeURIComponent(parsed.pathname.slice(1)),
    ...(socketPath === null ? {} : { socketPath }),
  };
}

const retryForMs = 5000;
const shortestPauseMs = 10;

/** Another transaction was in the way: a deadlock, a lock that was waited for, SQLite's one writer. */
export function isContention(error: unknown): boolean {
  const { code, errno } = error as { code?: string; errno?: number };
  return errno === 1213 || errno === 1205 || /^SQLITE_(BUSY|LOCKED)(_|$)/.test(code ?? '');
}

/** Retries what another transaction was in the way of, for five seconds. */
export async function retrying<T>(run: () => Promise<T>): Promise<T> {
  const end = Date.now() + retryForMs;
  for (let pauseMs = shortestPauseMs; ; pauseMs *= 1.5) {
    try {
      return await run();
    } catch (error) {
      if (!isContention(error) || Date.now() > end) {
        throw error;
      }
    }
    await sleep(pauseMs * (0.5 + Math.random()));
  }
}

/** Whether an insert failed because a unique key has that value already. */
export function isDuplicate(error: unknown): boolean {
  const { code, errno } = error as { code?: string; errno?: number };
  return (
    code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY' || errno === 1062
  );
}
