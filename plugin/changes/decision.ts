import { AppError, type FieldError, type FieldErrors, InvalidInputError } from '../errors.js';

/**
 * What a verb will do to a thing in its current state. Known before anything is written, so a preview shows the same.
 */
export type Decision<Change> = Agreed<Change> | Refused;

/** The change that a verb decides about. */
export type ChangeOf<Verb> = Verb extends {
  decide(...given: never[]): Decision<infer Change>;
}
  ? Change
  : never;

export interface Agreed<Change> {
  readonly kind: 'will-change' | 'already-so';
  /** All that `write` needs. */
  readonly change: Change;
}

export interface Refused {
  readonly kind: 'refused';
  /** A locale key with its arguments; an `InvalidInputError` has one for each field. */
  readonly because: AppError;
}

/** A reason for a refusal, and its field, if any. */
export interface Reason extends FieldError {
  readonly field?: string;
}

/** @throws {AppError} with the reason of a refusal. */
export function agreed<Change>(decision: Decision<Change>): Agreed<Change> {
  if (decision.kind === 'refused') {
    throw decision.because;
  }
  return decision;
}

/** @param change all that `write` needs. */
export function willChange<Change>(change: Change): Agreed<Change> {
  return { kind: 'will-change', change };
}

export function refused(because: AppError): Refused {
  return { kind: 'refused', because };
}

/** Undefined when no field has an error. */
export function refusedAt(
  errors: Readonly<Record<string, FieldError | undefined>>,
): Refused | undefined {
  const fields: FieldErrors = Object.fromEntries(
    Object.entries(errors).flatMap(([field, error]) => (error ? [[field, error]] : [])),
  );
  return Object.keys(fields).length > 0 ? refused(new InvalidInputError(fields)) : undefined;
}

/** A refusal at one more field, in addition to those of a decision. */
export function refusedAlsoAt<Change>(
  field: string,
  error: FieldError,
  decided: Decision<Change>,
): Refused {
  const because = decided.kind === 'refused' ? decided.because : undefined;
  const others = because instanceof InvalidInputError ? because.fields : {};
  return refused(new InvalidInputError({ ...others, [field]: error }));
}

/** Wraps rules that throw their refusal. */
export function deciding<Change>(decide: () => Decision<Change>): Decision<Change> {
  try {
    return decide();
  } catch (error) {
    if (error instanceof AppError) {
      return refused(error);
    }
    throw error;
  }
}

export function reasonsOf({ because }: Refused): readonly Reason[] {
  return because instanceof InvalidInputError
    ? Object.entries(because.fields).map(([field, error]) => ({ field, ...error }))
    : [{ key: because.key, args: because.args }];
}
