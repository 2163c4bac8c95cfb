import { ConnectionError } from '../connecting/connection-error.js';
import type { Failure } from './outcomes.js';
import { readableReply, saysTooManyRecipients } from './reply.js';

/** Failures that persist until somebody changes a setting, if no reply of the server decides. */
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

  /** Whether a retry would be pointless. */
  get isPermanent(): boolean {
    if (this.replyCode === undefined || this.failure === 'no-authentication-offered') {
      return settled.has(this.failure);
    }
    return isFinalReply(this.replyCode, this.reply);
  }
}

/**
 * Converts a connection failure.
 *
 * @throws the error itself if it is neither a connection nor a sending failure.
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

/** Whether the server would refuse the same again. */
export function isFinalReply(code: number, reply: string | undefined): boolean {
  // 503 concerns the session, not the message (RFC 5321 §4.2.3).
  return code >= 500 && code !== 503 && !saysTooManyRecipients(reply);
}
