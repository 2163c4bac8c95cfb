import Joi from 'joi';
import { type FieldErrors, InvalidInputError } from '../../errors.js';
import { parseForm } from '../../web/forms.js';
import { type TokenScope, scopes } from './api-token.js';

export interface TokenForm {
  readonly title: string;
  readonly scopes: readonly TokenScope[];
}

const titleForm = Joi.object<Pick<TokenForm, 'title'>>({
  title: Joi.string()
    .trim()
    .max(100)
    .pattern(/^[^\p{Cc}\u2028\u2029]*$/u, 'plain')
    .required(),
});

/** A box for each scope, as `scope.<id>`. @throws {InvalidInputError} */
export function parseTokenForm(body: unknown): TokenForm {
  const ticked: Readonly<Record<string, unknown>> = Object(body ?? {});
  const granted = scopes.filter((scope) => ticked[`scope.${scope}`] === '1');
  const none: FieldErrors =
    granted.length === 0 ? { scopes: { key: 'api-tokens.errors.no-scope' } } : {};
  try {
    const { title } = parseForm(titleForm, body);
    if (granted.length > 0) {
      return { title, scopes: granted };
    }
  } catch (error) {
    throw error instanceof InvalidInputError
      ? new InvalidInputError({ ...error.fields, ...none })
      : error;
  }
  throw new InvalidInputError(none);
}
