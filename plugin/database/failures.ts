import { StorageUnavailableError } from '../errors.js';
import { isContention } from './database.js';

/** SQLite's result codes and their extended forms, such as SQLITE_IOERR_WRITE (https://www.sqlite.org/rescode.html). */
const sqliteStorage = /^SQLITE_(FULL|READONLY|IOERR|CANTOPEN|CORRUPT|NOTADB|PERM|NOLFS)(_|$)/;

/**
 * MariaDB's and MySQL's errors about what they store: files that cannot be made, read or written, a full disk or table,
 * a server, table or transaction that may only be read.
 */
const mariadbStorage = new Set([
  1, 2, 3, 20, 1004, 1016, 1021, 1024, 1026, 1030, 1034, 1036, 1114, 1194, 1195, 1290, 1598, 1792,
  1836, 1874, 1881, 3019,
]);

/** Too many connections, no right to enter, a node outside its cluster, a server or query that was stopped. */
const mariadbNoAnswer = new Set([
  1040, 1044, 1045, 1047, 1049, 1053, 1077, 1079, 1129, 1130, 1203, 1226, 1317, 1698, 1927, 1969,
  3024,
]);

/** Errors of the file system (errno(3)). */
const fileStorage = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EFBIG']);

interface Failure {
  readonly code?: unknown;
  readonly errno?: unknown;
  readonly fatal?: unknown;
  readonly name?: unknown;
  readonly sqlState?: unknown;
  readonly syscall?: unknown;
}

/**
 * Why something failed, where storage is the reason and not what was asked of it: undefined otherwise. An error is known
 * by what only its driver gives it, for clients and mail servers also break connections off.
 */
export function storageUnavailable(error: unknown): StorageUnavailableError | undefined {
  if (error instanceof StorageUnavailableError) {
    return error;
  }
  if (typeof error !== 'object' || error === null) {
    return undefined;
  }
  if (cannotStore(error)) {
    return new StorageUnavailableError('errors.storage-unavailable', error);
  }
  return isContention(error) || doesNotAnswer(error)
    ? new StorageUnavailableError('errors.unavailable', error)
    : undefined;
}

/** Whether nothing can be stored, while what is stored may still be readable. */
export function cannotStore(error: unknown): boolean {
  const { code, errno, syscall } = error as Failure;
  return (
    (typeof code === 'string' && sqliteStorage.test(code)) ||
    (typeof syscall === 'string' && typeof code === 'string' && fileStorage.has(code)) ||
    (isFromServer(error as Failure) && mariadbStorage.has(Number(errno)))
  );
}

/** Whether a file of SQLite's is another one, or damaged: no room on the disk helps that. */
export function isNoDatabase(error: unknown): boolean {
  const { code } = error as Failure;
  return typeof code === 'string' && /^SQLITE_(NOTADB|CORRUPT)/.test(code);
}

/** Waits for what may be left out where nothing can be stored. */
export async function whereStorable(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!cannotStore(error)) {
      throw error;
    }
  }
}

/** mysql2 calls an error fatal that ends its connection, or that kept it from coming about. */
function doesNotAnswer(error: Failure): boolean {
  return (
    error.name === 'KnexTimeoutError' ||
    error.fatal === true ||
    (isFromServer(error) && mariadbNoAnswer.has(Number(error.errno)))
  );
}

function isFromServer(error: Failure): boolean {
  return error.sqlState !== undefined;
}

/** All that a log needs of it: the driver's stack and statement say nothing of the cause. */
export function storageFailureInLog(error: unknown): object | undefined {
  const failure = storageUnavailable(error);
  if (failure === undefined) {
    return undefined;
  }
  return { type: failure.name, reason: reasonOf(failure.cause) };
}

/** What a driver says in a word, which holds neither a statement nor a password. */
export function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
}
