import { StorageUnavailableError } from '../errors.js';
import type { DriverError, EngineErrors } from './engine.js';
import { mariadbErrors } from './mariadb-errors.js';
import { sqliteErrors } from './sqlite-errors.js';

/** The engine of an error may be unknown; no two engines' errors look alike. */
const engineErrors = [sqliteErrors, mariadbErrors] as const;

/** Errors of the file system (errno(3)). */
const fileStorage = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EFBIG']);

/**
 * The storage failure behind an error, or undefined if it has another cause. Recognized by what only the driver sets,
 * since clients and mail servers also break connections.
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

/** Whether nothing can be written, although reading may still work. */
export function cannotStore(error: unknown): boolean {
  const { code, syscall } = error as DriverError;
  return (
    (typeof syscall === 'string' && typeof code === 'string' && fileStorage.has(code)) ||
    isOf('cannotStore', error)
  );
}

/** Another transaction was in the way: a deadlock, a lock timeout, SQLite's single writer. */
export function isContention(error: unknown): boolean {
  return isOf('isContention', error);
}

/** Whether an insert failed on a unique key. */
export function isDuplicate(error: unknown): boolean {
  return isOf('isDuplicate', error);
}

/** Waits for work that may be skipped when nothing can be stored. */
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

/** What to log of it: the driver's stack and statement do not tell the cause. */
export function storageFailureInLog(error: unknown): object | undefined {
  const failure = storageUnavailable(error);
  if (failure === undefined) {
    return undefined;
  }
  return { type: failure.name, reason: reasonOf(failure.cause) };
}

/** The driver's short reason, without the statement or a password. */
export function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
}
