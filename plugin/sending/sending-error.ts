import type { Failure } from './outcomes.js';
import { readableReply } from './reply.js';

/** Without an answer of the server these stay as they are until somebody changes a setting. */
const settled: ReadonlySet<Failure> = new Set([
  'name-unknown',
  'address-forbidden',
  'port-forbidden',
  'plain-login-forbidden',
  'no-authentication-offered',
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
export class SendingError extends Error {
  override readonly name = 'SendingError';
  readonly outcome: Failure;
  /** What the server said, for people. */
  readonly reply: string | undefined;
  /** 4xx or 5xx, if the server refused. */
  readonly replyCode: number | undefined;

  constructor(outcome: Failure, { reply, replyCode, cause }: Answer = {}) {
    super(outcome, { cause });
    this.outcome = outcome;
    this.reply = readableReply(reply);
    this.replyCode = replyCode;
  }

  /** Whether trying the same again is in vain. 503 speaks of the session, not of the message. */
  get isPermanent(): boolean {
    return this.replyCode === undefined
      ? settled.has(this.outcome)
      : this.replyCode >= 500 && this.replyCode !== 503;
  }
}
