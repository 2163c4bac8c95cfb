import knex, { type Knex } from 'knex';
import type * as mysql2 from 'mysql2/promise';
import { library } from '../runtime/library.js';
import type { Database, MariadbLocation } from './database.js';
import type { Engine } from './engine.js';
import { BlockSearch } from './mariadb-search.js';
import { quiet } from './quiet.js';
import { retrying } from './retrying.js';

const mariadb: Engine = {
  supportsSharing: true,
  hasOneWriter: false,
  supportsAlternativeRanges: true,
  probe: 'SELECT 1',
  jsonArrayOf: 'JSON_ARRAYAGG',
  jsonObjectOf: 'JSON_OBJECTAGG',
  changesTablesInTransactions: false,
  joinInOrder: 'STRAIGHT_JOIN',
  given: (column) => `VALUES(${column})`,
  concat: (...texts) => `CONCAT(${texts.join(', ')})`,
  async replaceView(db, name, query) {
    await db.raw(`CREATE OR REPLACE VIEW ?? AS ${query}`, [name]);
  },
  async writableColumns(db, table) {
    const columns: readonly { name: string; type: string }[] = await db(
      'information_schema.columns',
    )
      .where({ table_schema: db.raw('DATABASE()'), table_name: table, is_generated: 'NEVER' })
      .select('column_name as name', 'data_type as type');
    return columns.map(({ name, type }) => ({ name, isBinary: /blob|binary/.test(type) }));
  },
  whereAmong(query, column, ids) {
    query.whereRaw(
      "?? IN (SELECT id FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) AS listed)",
      [column, ids],
    );
  },
  // Updating rows among those of a subquery would look through all rows (MariaDB before 11.1).
  whereInRows(query, column, rows) {
    query.join(rows.as('among'), 'among.row_id', column);
  },
  jsonRows: (columns) => {
    const paths = Object.entries(columns).map(
      ([name, kind], at) => `${name} ${kind === 'number' ? 'BIGINT' : 'LONGTEXT'} PATH '$[${at}]'`,
    );
    return `JSON_TABLE(?, '$[*]' COLUMNS (${paths.join(', ')}))`;
  },
  listIsWithin: (list, other) => `JSON_CONTAINS(${other}, ${list})`,
  withoutIndex: (column) => column,
  async forgetLogSearch(db, table) {
    const oldest = await db(table).min({ id: 'id' }).first();
    await db(`${table}_search`)
      .where('first_id', '<', oldest?.id ?? Number.MAX_SAFE_INTEGER)
      .whereRaw("CAST(SUBSTRING_INDEX(ids, ',', -1) AS UNSIGNED) < ?", [
        oldest?.id ?? Number.MAX_SAFE_INTEGER,
      ])
      .delete();
  },
  foldedSearch: (db, index) => new BlockSearch(db, index),
};

export function openMariadb({ url }: MariadbLocation): Database {
  const client = clientFor(url);
  const readers = readersFor(url);
  return {
    engine: mariadb,
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

function clientFor(url: string): Knex {
  const client = knex({
    client: 'mysql2',
    connection: optionsFor(url),
    pool: { min: 0, max: 10, afterCreate: prepareMariadb },
    ...quiet,
    acquireConnectionTimeout: connectTimeout,
  });
  client.userParams = { engine: mariadb };
  return client;
}

/** Connections of their own for prepared statements. */
function readersFor(url: string): mysql2.Pool {
  const driver: typeof mysql2 = library('mysql2/promise');
  const readers = driver.createPool({
    ...optionsFor(url),
    connectionLimit: 10,
    maxPreparedStatements: 500,
  });
  readers.pool.on('connection', (each) => each.query(longLists));
  return readers;
}

const connectTimeout = 5000;

function optionsFor(url: string): mysql2.ConnectionOptions & Knex.MySql2ConnectionConfig {
  return { ...connectionFrom(url), charset: 'utf8mb4', supportBigNumbers: true, connectTimeout };
}

/** Servers truncate the results of GROUP_CONCAT and, on MariaDB, JSON_ARRAYAGG otherwise, some at 1,024 bytes. */
const longLists = 'SET SESSION group_concat_max_len = 16777215';

/** Prepares a connection before the pool hands it out. */
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
