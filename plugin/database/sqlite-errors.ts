import type { DriverError, EngineErrors } from './engine.js';

/** SQLite's result codes and their extended forms, such as SQLITE_IOERR_WRITE (https://www.sqlite.org/rescode.html). */
const contention = /^SQLITE_(BUSY|LOCKED)(_|$)/;
const duplicate = /^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY)$/;
const storage = /^SQLITE_(FULL|READONLY|IOERR|CANTOPEN|CORRUPT|NOTADB|PERM|NOLFS)(_|$)/;
const noDatabase = /^SQLITE_(NOTADB|CORRUPT)/;

export const sqliteErrors: EngineErrors = {
  isContention: (error) => contention.test(codeOf(error)),
  isDuplicate: (error) => duplicate.test(codeOf(error)),
  cannotStore: (error) => storage.test(codeOf(error)),
  doesNotAnswer: () => false,
};

/** Whether a SQLite file is not a database, or damaged: freeing disk space does not help. */
export function isNoDatabase(error: unknown): boolean {
  return noDatabase.test(codeOf(error as DriverError));
}

function codeOf({ code }: DriverError): string {
  return typeof code === 'string' ? code : '';
}
