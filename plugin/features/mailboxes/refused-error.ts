import type { ErrorArgs, FieldError } from '../../errors.js';

/** A parser's refusal of a field's text, with the message for the field. */
export class RefusedError extends Error implements FieldError {
  override readonly name = 'RefusedError';
  readonly key: string;
  readonly args: ErrorArgs;

  constructor({ key, args = {} }: FieldError) {
    super(key);
    this.key = key;
    this.args = args;
  }
}
