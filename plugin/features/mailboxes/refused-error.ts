import type { ErrorArgs, FieldError } from '../../errors.js';

/** A parser's refusal of what a field holds, with the message for that field. */
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
