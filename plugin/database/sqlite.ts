import { dirname } from 'node:path';
import type Sqlite from 'better-sqlite3';
import knex, { type Knex } from 'knex';
import { makeFolder } from '../runtime/paths.js';
import type { Database, DatabaseOptions, SqliteLocation } from './database.js';
import type { Engine } from './engine.js';
import { quiet } from './quiet.js';
import { RecentlyUsed } from '../runtime/recently-used.js';
import { retrying } from './retrying.js';
import { mostStatements, sqliteReader } from './sqlite-reader.js';
import { sqliteReadingThread } from './sqlite-reading-thread.js';
import { trigramSearch } from './sqlite-search.js';

const sqlite: Engine = {
  supportsSharing: false,
  hasOneWriter: true,
  supportsAlternativeRanges: false,
  // `SELECT 1` does not read the file.
  probe: 'PRAGMA schema_version',
  jsonArrayOf: 'json_group_array',
  jsonObjectOf: 'json_group_object',
  changesTablesInTransactions: true,
  joinInOrder: 'CROSS JOIN',
  given: (column) => `excluded.${column}`,
  concat: (...texts) => texts.join(' || '),
  async replaceView(db, name, query) {
    await db.raw('DROP VIEW IF EXISTS ??', [name]);
    await db.raw(`CREATE VIEW ?? AS ${query}`, [name]);
  },
  // `table_info` leaves out generated columns.
  async writableColumns(db, table) {
    const columns = await db(table).columnInfo();
    return Object.entries(columns).map(([name, { type }]) => ({ name, isBinary: type === 'blob' }));
  },
  whereAmong(query, column, ids) {
    query.whereRaw('?? IN (SELECT value FROM json_each(?))', [column, ids]);
  },
  whereInRows(query, column, rows) {
    query.whereIn(column, rows);
  },
  jsonRows: (columns) => {
    const selected = Object.keys(columns).map((name, at) => `value ->> '$[${at}]' AS ${name}`);
    return `(SELECT ${selected.join(', ')} FROM json_each(?))`;
  },
  listIsWithin: (list, other) =>
    `NOT EXISTS (SELECT 1 FROM json_each(${list}) AS part
      WHERE part.value NOT IN (SELECT value FROM json_each(${other})))`,
  /**
   * A `+` before a column disables its index (SQLite, *The query planner*). Otherwise SQLite, without statistics, would
   * scan all rows of an account to match a few IDs.
   */
  withoutIndex: (column) => `+${column}`,
  // A trigger does it.
  async forgetLogSearch() {},
  foldedSearch: trigramSearch,
};

export function openSqlite(
  { file }: SqliteLocation,
  { readsManyRows = false }: DatabaseOptions,
): Database {
  makeFolder(dirname(file), 0o700);
  const client = knex({
    client: 'better-sqlite3',
    connection: { filename: file },
    useNullAsDefault: true,
    ...quiet,
    pool: { min: 1, max: 1, afterCreate: prepareSqlite },
  });
  client.userParams = { engine: sqlite };
  const reader = readsManyRows ? sqliteReadingThread(file) : sqliteReader(file);

  return {
    engine: sqlite,
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

/** SQLite blocks this thread while it waits, so it waits briefly and `retrying` continues. */
const busyTimeoutMs = 20;

function prepareSqlite(connection: Sqlite.Database, done: (error: Error | null) => void): void {
  connection.pragma('journal_mode = WAL');
  connection.pragma('foreign_keys = ON');
  connection.pragma(`busy_timeout = ${busyTimeoutMs}`);
  keepStatements(connection);
  done(null);
}

/** In characters. Longer statements insert many rows at once, and most differ in their number. */
const longestKept = 4000;

/** Knex prepares each statement anew. SQLite compiles a kept one again when the schema has changed. */
function keepStatements(connection: Sqlite.Database): void {
  const statements = new RecentlyUsed<Sqlite.Statement>(mostStatements);
  const prepare = connection.prepare.bind(connection);
  Object.assign(connection, {
    prepare: (sql: string) =>
      sql.length > longestKept ? prepare(sql) : statements.of(sql, () => prepare(sql)),
  });
}

/**
 * SQLite cannot upgrade a read transaction once another process has written, no matter how long it waits. A writing
 * statement, even one that affects no row, takes the lock first.
 */
async function takeWriteLock(tx: Knex.Transaction): Promise<void> {
  await tx.raw('DELETE FROM settings WHERE 0');
}
