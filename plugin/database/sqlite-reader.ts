import Sqlite from 'better-sqlite3';
import type { RunPrepared } from './prepared.js';
import { RecentlyUsed } from '../runtime/recently-used.js';

/** A read-only connection with its prepared statements. */
export interface Reader {
  readonly run: RunPrepared;
  close(): Promise<void>;
}

/** As many as connections to MariaDB keep. */
export const mostStatements = 500;

/** In kilobytes, of its file. */
const cacheSize = 16_000;

type Row = readonly unknown[];

interface Statement {
  readonly prepared: Sqlite.Statement<unknown[], Row>;
  readonly columns: readonly string[];
}

/** Asks for arrays: better-sqlite3 takes longer to build an object from a row than to read the row. */
export function sqliteReader(file: string): Reader {
  const statements = new RecentlyUsed<Statement>(mostStatements);
  let connection: Sqlite.Database | undefined;

  const prepare = (sql: string): Statement => {
    connection ??= openForReading(file, cacheSize);
    const prepared = connection.prepare<unknown[], Row>(sql).raw();
    return { prepared, columns: columnsOf(prepared) };
  };

  return {
    run: async (sql, values) => {
      const { prepared, columns } = statements.of(sql, () => prepare(sql));
      return prepared.all(...values).map((row) => asObject(columns, row));
    },
    close: async () => {
      connection?.close();
    },
  };
}

export function openForReading(file: string, cacheKilobytes: number): Sqlite.Database {
  const connection = new Sqlite(file, { readonly: true });
  connection.pragma(`cache_size = -${cacheKilobytes}`);
  return connection;
}

export function columnsOf(statement: Sqlite.Statement): readonly string[] {
  return statement.columns().map(({ name }) => name);
}

export function asObject(columns: readonly string[], row: Row): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (let index = 0; index < columns.length; index += 1) {
    object[columns[index] ?? ''] = row[index];
  }
  return object;
}
