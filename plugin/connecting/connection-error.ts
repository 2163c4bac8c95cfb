import { readableLine } from './readable-line.js';

/** Why a connection failed; `connecting.failures.<failure>` says each in a sentence. */
export const connectionFailures = [
  'name-unknown',
  'name-unavailable',
  'address-forbidden',
  'connection-refused',
  'unreachable',
  'timed-out',
  'connection-lost',
  'tls-expired',
  'tls-wrong-name',
  'tls-unknown-issuer',
  'tls-failed',
  'token-refused',
  'token-unavailable',
] as const;

export type ConnectionFailure = (typeof connectionFailures)[number];

/** An attempt to use another server failed. Protocols add failures of their own; `cause` is for the log only. */
export class ConnectionError<F extends string = ConnectionFailure> extends Error {
  override readonly name: string = 'ConnectionError';
  readonly failure: F;
  /** The server's reply, for people. */
  readonly reply: string | undefined;

  constructor(
    failure: F,
    { reply, cause }: { readonly reply?: string | undefined; readonly cause?: unknown } = {},
  ) {
    super(failure, { cause });
    this.failure = failure;
    this.reply = readableLine(reply);
  }
}

/** The locale key of what happened, in one sentence. */
export function connectionFailureKey(failure: string): string | undefined {
  return connectionFailures.some((each) => each === failure)
    ? `connecting.failures.${failure}`
    : undefined;
}
