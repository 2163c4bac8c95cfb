export type ErrorArgs = Readonly<Record<string, string | number>>;

/** An expected error: a locale key with its arguments, for people. `cause` is for the log only. */
export abstract class AppError extends Error {
  abstract readonly status: number;
  readonly key: string;
  readonly args: ErrorArgs;

  constructor(key: string, args: ErrorArgs = {}, cause?: unknown) {
    super(key, { cause });
    this.key = key;
    this.args = args;
  }
}

/** A kind of error that is no more than its name and its status (RFC 9110 §15). */
function statusError<const Status extends number>(name: string, status: Status) {
  return class extends AppError {
    override readonly name = name;
    readonly status = status;
  };
}

/** The thing does not exist, or the viewer may not see it. */
export class NotFoundError extends AppError {
  override readonly name = 'NotFoundError';
  readonly status = 404;

  constructor(key = 'errors.not-found', args: ErrorArgs = {}) {
    super(key, args);
  }
}

/** A program's malformed request, such as an unreadable header. */
export class BadRequestError extends statusError('BadRequestError', 400) {}

/** A program without a valid token. */
export class UnauthorizedError extends statusError('UnauthorizedError', 401) {}

/** The viewer can see the thing but may not do this with it. */
export class ForbiddenError extends statusError('ForbiddenError', 403) {}

/** The request conflicts with what is stored, such as a version that somebody else has replaced. */
export class ConflictError extends statusError('ConflictError', 409) {}

/** Too many requests: retry after `count` minutes, or one. */
export class TooManyRequestsError extends statusError('TooManyRequestsError', 429) {}

/** Not enough space to store it (RFC 4918 §11.5). */
export class InsufficientStorageError extends statusError('InsufficientStorageError', 507) {}

/** The storage cannot be read or written: the disk is full or fails, or the database does not answer. */
export class StorageUnavailableError extends AppError {
  override readonly name = 'StorageUnavailableError';
  readonly status = 503;

  constructor(key: 'errors.storage-unavailable' | 'errors.unavailable', cause?: unknown) {
    super(key, {}, cause);
  }
}

/** One field's error: a locale key with its arguments. */
export interface FieldError {
  readonly key: string;
  readonly args?: ErrorArgs;
  readonly cell?: FileCell;
}

/** A cell of a file: the key of its column's name, and its text if that may be shown. */
interface FileCell {
  readonly column: string;
  readonly value?: string;
}

export type FieldErrors = Readonly<Record<string, FieldError>>;

/** Invalid input; `fields` has each field's first error. */
export class InvalidInputError extends AppError {
  override readonly name = 'InvalidInputError';
  readonly status = 422;
  readonly fields: FieldErrors;

  constructor(fields: FieldErrors) {
    super('errors.invalid-input');
    this.fields = fields;
  }
}

/** A change that was only rehearsed has been rolled back: nothing refuses it. */
export class Rehearsed extends Error {
  override readonly name = 'Rehearsed';
}

/**
 * The program cannot start or continue with these arguments: one line for the operator, in English, then exit code 1.
 */
export class StartError extends Error {
  override readonly name = 'StartError';
}
