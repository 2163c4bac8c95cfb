import { StorageUnavailableError } from '../errors.js';
import type { DriverError, EngineErrors } from './engine.js';
import { mariadbErrors } from './mariadb-errors.js';
import { sqliteErrors } from './sqlite-errors.js';

/** Whoever meets an error may not know which database it is from; no two engines' errors look alike. */
const engineErrors = [sqliteErrors, mariadbErrors] as const;

/** Errors of the file system (errno(3)). */
const fileStorage = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EFBIG']);

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
  const { code, syscall } = error as DriverError;
  return (
    (typeof syscall === 'string' && typeof code === 'string' && fileStorage.has(code)) ||
    isOf('cannotStore', error)
  );
}

/** Another transaction was in the way: a deadlock, a lock that was waited for, SQLite's one writer. */
export function isContention(error: unknown): boolean {
  return isOf('isContention', error);
}

/** Whether an insert failed because a unique key has that value already. */
export function isDuplicate(error: unknown): boolean {
  return isOf('isDuplicate', error);
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

function doesNotAnswer(error: DriverError): boolean {
  return error.name === 'KnexTimeoutError' || isOf('doesNotAnswer', error);
}

function isOf(kind: keyof EngineErrors, error: unknown): boolean {
  return engineErrors.some((errors) => errors[kind](error as DriverError));
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
