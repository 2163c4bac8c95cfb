import type { Language } from '../../web/locale.js';
import type { TokenScope } from './api-token.js';

interface Called {
  /** The address of the panel, with a slash at its end. */
  readonly at: string;
  readonly token: string;
  readonly scopes: readonly TokenScope[];
  /** The recipient of the message. */
  readonly to: string;
}

/** A shell command that uses the token's permissions, in the reader's language. */
export function exampleOf({ at, token, scopes, to }: Called, { t }: Language): string {
  const call = `curl -H ${quoted(`Authorization: Bearer ${token}`)}`;
  if (!scopes.includes('messages.send')) {
    return `${call} ${at}api/v1/messages/1`;
  }
  const message = {
    service: 'sales',
    to: [to],
    subject: t('api-tokens.example.subject'),
    text: t('api-tokens.example.text'),
  };
  const body = `-d ${quoted(JSON.stringify(message))}`;
  return `${call} -H 'Content-Type: application/json' ${body} ${at}api/v1/messages`;
}

/** As one argument of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
