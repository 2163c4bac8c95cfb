import { AppError, BadRequestError } from '../errors.js';

/** As many as the column `idempotency_key` holds. */
const mostCharacters = 255;

/** The key was used for another request (draft-ietf-httpapi-idempotency-key-header-07 §2.7). */
export class KeyReusedError extends AppError {
  override readonly name = 'KeyReusedError';
  readonly status = 422;

  constructor() {
    super('errors.idempotency-key-reused');
  }
}

/**
 * Parses the header `Idempotency-Key`: a string in quotation marks (RFC 8941 §3.3.3), which many programs leave out.
 *
 * @throws {BadRequestError}
 */
export function idempotencyKeyIn(header: string | undefined): string | undefined {
  if (header === undefined) {
    return undefined;
  }
  const [, quoted, bare] = /^(?:"([ !#-[\]-~]+)"|([\w.~:+/=-]+))$/.exec(header) ?? [];
  const key = quoted ?? bare;
  if (key === undefined || key.length > mostCharacters) {
    throw new BadRequestError('errors.idempotency-key', { most: mostCharacters });
  }
  return key;
}
