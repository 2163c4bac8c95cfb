import type { SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection';
import { Deadline } from '../connecting/deadline.js';
import type { Failure } from './outcomes.js';
import { type OutgoingMessage, type Phases, streamOf } from './outgoing-message.js';
import type { OutgoingPolicy } from './outgoing-policy.js';
import { readableReply } from './reply.js';
import { isFinalReply, toSendingError } from './sending-error.js';
import type { SmtpEndpoint } from './smtp-endpoint.js';
import { SmtpSession } from './smtp-session.js';

export interface RejectedRecipient {
  readonly recipient: string;
  readonly reply: string | undefined;
  readonly isPermanent: boolean;
}

export type Sending =
  | {
      readonly kind: 'accepted';
      readonly reply: string | undefined;
      /** Recipients that the server refused, out of several. */
      readonly rejected: readonly RejectedRecipient[];
    }
  | {
      /** `permanent`: retrying is pointless until somebody changes something. */
      readonly kind: 'temporary' | 'permanent';
      readonly outcome: Failure;
      readonly reply: string | undefined;
      /**
       * The end of the message was sent and no answer came: the server may have accepted it, and sending it again may
       * deliver it twice (RFC 5321 §4.5.3.2.6, §6.1).
       */
      readonly handedOver: boolean;
    };

export interface SendingOptions {
  /** For the whole attempt or, with `answerMs`, until the server asks for the message. */
  readonly deadlineMs: number;
  /** For the server's answer to the end of the message. The message itself has `deadlineMs` for each 2 MB. */
  readonly answerMs?: number;
  /**
   * Runs before the end of the message is sent, after which the server may have it. If it throws, the end is not sent.
   */
  readonly beforeEnd?: () => Promise<void>;
}

/** Sends one message once. The refusal of all recipients is a failure, that of some is not. */
export async function sendMessage(
  endpoint: SmtpEndpoint,
  policy: OutgoingPolicy,
  { envelope, content }: OutgoingMessage,
  options: SendingOptions,
): Promise<Sending> {
  // nodemailer takes a tenth of a start, which nothing else needs.
  const { compose } = await import('./compose.js');
  const message = await compose(content);
  const deadline = new Deadline(options.deadlineMs);
  const body = streamOf(message, phasesOf(message.length, deadline, options));
  try {
    const session = await SmtpSession.open(endpoint, policy, deadline);
    const sent = await session.send(
      {
        from: envelope.from?.toString() ?? false,
        to: envelope.to.map(String),
        size: message.length,
      },
      body,
    );
    session.quit();
    deadline.lift();
    return accepted(sent);
  } catch (error) {
    const failed = toSendingError(deadline.failureOf(error));
    const { failure: outcome, reply, replyCode, isPermanent } = failed;
    const handedOver = body.readableEnded && replyCode === undefined;
    return { kind: isPermanent ? 'permanent' : 'temporary', outcome, reply, handedOver };
  }
}

/** Limits how long a slow or stalled server may take, to what a slow line needs. */
function phasesOf(
  bytes: number,
  deadline: Deadline,
  { deadlineMs, answerMs, beforeEnd = nothing }: SendingOptions,
): Phases {
  if (answerMs === undefined) {
    return { beforeStart: () => {}, beforeEnd };
  }
  return {
    beforeStart: () => deadline.begin(deadlineMs * (1 + bytes / leastBytes)),
    async beforeEnd() {
      await beforeEnd();
      deadline.begin(answerMs);
    },
  };
}

/** Bytes to send within the set-up's deadline: 70 kB a second, where that is 30 s. */
const leastBytes = 2 * 1024 * 1024;

function accepted({ response, rejectedErrors = [] }: SMTPConnectionSendInfo): Sending {
  return {
    kind: 'accepted',
    reply: readableReply(response),
    rejected: rejectedErrors.map((error) => ({
      recipient: error.recipient ?? '',
      reply: readableReply(error.response),
      isPermanent: isFinalReply(error.responseCode ?? 0, error.response),
    })),
  };
}

async function nothing(): Promise<void> {}
