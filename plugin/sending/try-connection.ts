import type { EmailAddress } from '../addresses/index.js';
import { Deadline, waitedForMs } from '../connecting/deadline.js';
import type { Outcome } from './outcomes.js';
import type { OutgoingPolicy } from './outgoing-policy.js';
import { readableReply } from './reply.js';
import { toSendingError } from './sending-error.js';
import type { SmtpEndpoint } from './smtp-endpoint.js';
import { SmtpSession } from './smtp-session.js';

export interface Trial {
  readonly outcome: Outcome;
  /** The server's last reply, for people. */
  readonly reply?: string | undefined;
}

/**
 * Resolves, connects, starts TLS, logs in and, given a sender, checks whether it may send: once, within the deadline,
 * and without sending a message.
 */
export async function tryConnection(
  endpoint: SmtpEndpoint,
  policy: OutgoingPolicy,
  { sender, deadlineMs = waitedForMs }: { sender?: EmailAddress; deadlineMs?: number } = {},
): Promise<Trial> {
  const deadline = new Deadline(deadlineMs);
  try {
    const session = await SmtpSession.open(endpoint, policy, deadline);
    if (sender !== undefined) {
      await session.offer(sender);
    }
    const reply = readableReply(session.reply);
    session.quit();
    deadline.lift();
    return { outcome: 'ok', reply };
  } catch (error) {
    const { failure, reply } = toSendingError(deadline.failureOf(error));
    return { outcome: failure, reply };
  }
}
