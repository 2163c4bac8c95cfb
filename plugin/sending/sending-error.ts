import { ConnectionError } from '../connecting/connection-error.js';
import type { Failure } from './outcomes.js';
import { readableReply, saysTooManyRecipients } from './reply.js';

/** Where no answer of the server decides, these stay as they are until somebody changes a setting. */
const settled: ReadonlySet<Failure> = new Set([
  'name-unknown',
  'address-forbidden',
  'port-forbidden',
  'plain-login-forbidden',
  'no-authentication-offered',
  'login-refused',
  'token-refused',
  'recipients-refused',
  'message-refused',
]);

interface Answer {
  readonly reply?: string | undefined;
  readonly replyCode?: number | undefined;
  readonly cause?: unknown;
}

/** An attempt to use an SMTP server failed. `cause` is for the log only. */
export class SendingError extends ConnectionError<Failure> {
  override readonly name = 'SendingError';
  /** 4xx or 5xx, if the server refused. */
  readonly replyCode: number | undefined;

  constructor(failure: Failure, { reply, replyCode, cause }: Answer = {}) {
    super(failure, { reply: readableReply(reply), cause });
    this.replyCode = replyCode;
  }

  /** Whether trying the same again is in vain. */
  get isPermanent(): boolean {
    if (this.replyCode === undefined || this.failure === 'no-authentication-offered') {
      return settled.has(this.failure);
    }
    return isFinalReply(this.replyCode, this.reply);
  }
}

/**
 * A failure of the connection is one of sending too.
 *
 * @throws what was thrown if it has nothing to do with either.
 */
export function toSendingError(error: unknown): SendingError {
  if (error instanceof SendingError) {
    return error;
  }
  if (error instanceof ConnectionError) {
    const { failure, reply }: ConnectionError = error;
    return new SendingError(failure, { reply, cause: error });
  }
  throw error;
}

/** Whether the server would say the same about the same again. */
export function isFinalReply(code: number, reply: string | undefined): boolean {
  // 503 speaks of the session, not of the message (RFC 5321 §4.2.3).
  return code >= 500 && code !== 503 && !saysTooManyRecipients(reply);
}
