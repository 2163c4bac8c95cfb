import { setPriority } from 'node:os';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type Sqlite from 'better-sqlite3';
import { RecentlyUsed } from '../runtime/recently-used.js';
import { columnsOf, mostStatements, openForReading } from './sqlite-reader.js';
import type { Answer, Question } from './sqlite-reading-thread.js';

/** In kilobytes: rows that are read once are not cached, but index pages for a million rows take this much. */
const cacheSize = 8000;

// The entry of `sqliteReadingThread`. Lowers its priority below pages, as exports do.
if (process.platform === 'linux') {
  setPriority(5);
}
if (parentPort !== null) {
  answer(parentPort, workerData);
}

function answer(port: MessagePort, file: string): void {
  const connection = openForReading(file, cacheSize);
  const statements = new RecentlyUsed<Statement>(mostStatements);
  const rowsOf = ({ sql, values }: Question): Answer => {
    try {
      const { columns, prepared } = statements.of(sql, () => inOneText(connection, sql));
      return { columns, rows: prepared.get(...values) ?? '[]' };
    } catch (error) {
      return { reason: String(error), code: (error as { code?: string }).code };
    }
  };
  port.on('message', (question: Question) => {
    port.postMessage(rowsOf(question));
  });
}

interface Statement {
  readonly columns: readonly string[];
  readonly prepared: Sqlite.Statement<unknown[], string>;
}

/**
 * Returns all rows as one JSON text: passing a value to JavaScript takes better-sqlite3 as long as finding it. Rows
 * keep their order where the query has a limit. JSON has no BLOB.
 */
function inOneText(connection: Sqlite.Database, sql: string): Statement {
  const columns = columnsOf(connection.prepare(sql));
  const row = columns.map((name) => `"${name.replaceAll('"', '""')}"`).join(', ');
  const prepared = connection
    .prepare<unknown[], string>(`SELECT json_group_array(json_array(${row})) FROM (${sql})`)
    .pluck();
  return { columns, prepared };
}
