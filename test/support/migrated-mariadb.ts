import {
  type Connection,
  type ResultSetHeader,
  type RowDataPacket,
  createConnection,
} from 'mysql2/promise';
import { openDatabase } from '../../plugin/database/database.js';
import { migrate } from '../../plugin/database/migrate.js';
import { defineMailViews } from '../../plugin/mail-server/define-views.js';
import { type MariadbDatabase, startMariadb } from './mariadb.js';

interface Migrated {
  readonly database: MariadbDatabase;
  readonly schema: Schema;
  /** Rows that the migrations have inserted, by table. */
  readonly rows: ReadonlyMap<string, readonly RowDataPacket[]>;
}

interface Schema {
  /** Tables, views and triggers as the server prints them, without the next IDs. */
  readonly definitions: string;
  /** The next ID of each table; none where no ID was given out yet. */
  readonly nextIds: ReadonlyMap<string, string | undefined>;
}

const unused: Migrated[] = [];

/**
 * A migrated database for one test. Dropped, it is emptied for the next test: migrating takes half a second of
 * processor time.
 */
export async function createMigratedDatabase(): Promise<MariadbDatabase> {
  const migrated = unused.pop() ?? (await migrateAnother());
  const { name, url } = migrated.database;
  return { name, url, drop: () => restoreOrDrop(migrated) };
}

async function migrateAnother(): Promise<Migrated> {
  const database = await (await startMariadb()).createDatabase();
  const db = openDatabase({ engine: 'mariadb', url: database.url });
  await migrate(db.knex, defineMailViews);
  await db.close();
  return await connected(database, async (connection) => {
    const schema = await readSchema(connection);
    const rows = new Map<string, readonly RowDataPacket[]>();
    for (const name of schema.nextIds.keys()) {
      const [found] = await connection.query<RowDataPacket[]>('SELECT * FROM ??', [name]);
      rows.set(name, found);
    }
    return { database, schema, rows };
  });
}

async function restoreOrDrop(migrated: Migrated): Promise<void> {
  const { database } = migrated;
  if (await connected(database, (connection) => restore(connection, migrated))) {
    unused.push(migrated);
  } else {
    await database.drop();
  }
}

/** Larger tables are dropped: the server would plan the next test's queries for as many rows. */
const mostRestoredRows = 2000;

/** @returns whether the database is as the migrations left it. */
async function restore(
  connection: Connection,
  { database, schema, rows }: Migrated,
): Promise<boolean> {
  const used = await readSchema(connection);
  if (used.definitions !== schema.definitions || (await isUsed(connection, database))) {
    return false;
  }
  const statements = [...schema.nextIds].flatMap(([name, nextId]) => [
    connection.format('DELETE FROM ??', [name]),
    ...(rows.get(name) ?? []).map((row) => connection.format('INSERT INTO ?? SET ?', [name, row])),
    ...(used.nextIds.get(name) === nextId
      ? []
      : [connection.format(`ALTER TABLE ?? AUTO_INCREMENT = ${nextId ?? 1}`, [name])]),
  ]);
  const [headers] = await connection.query<ResultSetHeader[]>(
    ['SET foreign_key_checks = 0', ...statements].join(';'),
  );
  return headers.every(({ affectedRows }) => affectedRows <= mostRestoredRows);
}

/** Whether another connection is open, or a database user may read the views. */
async function isUsed(connection: Connection, { name }: MariadbDatabase): Promise<boolean> {
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT 1 FROM information_schema.processlist WHERE db = ? AND id <> CONNECTION_ID()
      UNION ALL SELECT 1 FROM mysql.tables_priv WHERE db = ?`,
    [name, name],
  );
  return rows.length > 0;
}

async function readSchema(connection: Connection): Promise<Schema> {
  const [names] = await connection.query<RowDataPacket[]>('SHOW TABLES');
  const each = names.map((row) =>
    connection.format('SHOW CREATE TABLE ??', [Object.values(row)[0]]),
  );
  const [created] = await connection.query<RowDataPacket[][]>(each.join(';'));
  const [triggers] = await connection.query<RowDataPacket[]>('SHOW TRIGGERS');
  const tables = created.flat().filter((row) => 'Create Table' in row);
  return {
    definitions: JSON.stringify([created.flat(), triggers]).replaceAll(/ AUTO_INCREMENT=\d+/g, ''),
    nextIds: new Map(
      tables.map((row) => [
        String(row['Table']),
        / AUTO_INCREMENT=(\d+)/.exec(String(row['Create Table']))?.[1],
      ]),
    ),
  };
}

async function connected<T>(
  { url }: MariadbDatabase,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await createConnection({
    uri: url,
    multipleStatements: true,
    dateStrings: true,
    supportBigNumbers: true,
  });
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
}
