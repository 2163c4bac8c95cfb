import { type FieldErrors, InvalidInputError } from '../../errors.js';
import type { ServerForm } from './forms.js';
import { type ServerSecret, type SmtpServer, mayKeepSecret } from './smtp-server.js';

/** A server's new secret, or why there is none, by field. */
type SecretOrErrors =
  | { readonly secret: ServerSecret; readonly errors?: undefined }
  | { readonly secret?: undefined; readonly errors: FieldErrors };

/** The same without throwing, so that other fields' errors can be shown beside. */
export function secretOrErrors(...asked: Parameters<typeof secretFor>): SecretOrErrors {
  try {
    return { secret: secretFor(...asked) };
  } catch (error) {
    if (error instanceof InvalidInputError) {
      return { errors: error.fields };
    }
    throw error;
  }
}

/**
 * A server's new secret: the typed one, or the stored one.
 *
 * @param before undefined for a new server.
 * @throws {InvalidInputError} when it must be typed, or typed again, so that it is never sent to another server.
 */
export function secretFor(
  { fields, secret }: ServerForm,
  before: SmtpServer | undefined,
  kept: ServerSecret,
): ServerSecret {
  const stays = before !== undefined && mayKeepSecret(before, fields) ? kept : {};
  switch (fields.authentication) {
    case 'none':
      return {};
    case 'login':
    case 'cram-md5':
      return passwordIn({ ...stays, ...secret }, kept);
    case 'xoauth2':
      return tokensIn({ ...stays, ...secret }, kept);
  }
}

function passwordIn({ password }: ServerSecret, kept: ServerSecret): ServerSecret {
  return password === undefined ? refuse({ password: missing(kept.password) }) : { password };
}

function tokensIn({ refreshToken, clientSecret }: ServerSecret, kept: ServerSecret): ServerSecret {
  if (refreshToken === undefined) {
    return refuse({ refreshToken: missing(kept.refreshToken) });
  }
  if (clientSecret === undefined) {
    // A stored client secret must not be lost when the other is typed again.
    return kept.clientSecret === undefined
      ? { refreshToken }
      : refuse({ clientSecret: missing(kept.clientSecret) });
  }
  return { refreshToken, clientSecret };
}

function missing(kept: string | undefined): { readonly key: string } {
  return {
    key: kept === undefined ? 'errors.field.any.required' : 'smtp-servers.errors.type-again',
  };
}

function refuse(errors: FieldErrors): never {
  throw new InvalidInputError(errors);
}
