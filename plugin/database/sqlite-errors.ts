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

/** Whether a file of SQLite's is another one, or damaged: no room on the disk helps that. */
export function isNoDatabase(error: unknown): boolean {
  return noDatabase.test(codeOf(error as DriverError));
}

function codeOf({ code }: DriverError): string {
  return typeof code === 'string' ? code : '';
}
