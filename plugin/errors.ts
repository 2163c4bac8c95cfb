export type ErrorArgs = Readonly<Record<string, string | number>>;

/** Why something failed: a locale key with its arguments, for people. `cause` is for the log only. */
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

/** It does not exist, or the viewer may not know that it does. */
export class NotFoundError extends AppError {
  override readonly name = 'NotFoundError';
  readonly status = 404;

  constructor(key = 'errors.not-found', args: ErrorArgs = {}) {
    super(key, args);
  }
}

/** A program's request that is not as it must be, such as a header that cannot be read. */
export class BadRequestError extends AppError {
  override readonly name = 'BadRequestError';
  readonly status = 400;
}

/** A program that did not say who it is, or not so that it is known. */
export class UnauthorizedError extends AppError {
  override readonly name = 'UnauthorizedError';
  readonly status = 401;
}

/** The viewer sees the thing but may not do this with it. */
export class ForbiddenError extends AppError {
  override readonly name = 'ForbiddenError';
  readonly status = 403;
}

/** What was sent disagrees with what is stored now, such as a version that somebody else has replaced. */
export class ConflictError extends AppError {
  override readonly name = 'ConflictError';
  readonly status = 409;
}

/** Asked too often, for so many minutes as its `count` says, or a minute. */
export class TooManyRequestsError extends AppError {
  override readonly name = 'TooManyRequestsError';
  readonly status = 429;
}

/** There is no room to store it (RFC 4918 §11.5). */
export class InsufficientStorageError extends AppError {
  override readonly name = 'InsufficientStorageError';
  readonly status = 507;
}

/** What is stored cannot be read or written: the disk is full or fails, or the database does not answer. */
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
}

export type FieldErrors = Readonly<Record<string, FieldError>>;

/** The input is not acceptable; `fields` has every field's first error. */
export class InvalidInputError extends AppError {
  override readonly name = 'InvalidInputError';
  readonly status = 422;
  readonly fields: FieldErrors;

  constructor(fields: FieldErrors) {
    super('errors.invalid-input');
    this.fields = fields;
  }
}

/** The program cannot start or go on as it was called: one line for the operator, in English, then exit 1. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
