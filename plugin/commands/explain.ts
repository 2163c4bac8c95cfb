import { reasonOf, storageUnavailable } from '../database/failures.js';
import { AppError, InvalidInputError, StartError } from '../errors.js';
import { operatorLanguage } from './operator-language.js';

/** An error's message for the operator. */
export function explain(error: unknown): string {
  const { t } = operatorLanguage();
  if (error instanceof InvalidInputError) {
    return Object.entries(error.fields)
      .map(([field, { key, args }]) => `${field}: ${t(key, { ...args })}`)
      .join('\n');
  }
  if (error instanceof AppError) {
    return t(error.key, { ...error.args });
  }
  if (error instanceof StartError) {
    return error.message;
  }
  const unavailable = storageUnavailable(error);
  if (unavailable !== undefined) {
    return `${t(unavailable.key)} (${reasonOf(unavailable.cause)})`;
  }
  return error instanceof Error ? `${error.name}: ${error.message}` : 'Unknown error';
}
