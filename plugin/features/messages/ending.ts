import type { RejectedRecipient } from '../../sending/send-message.js';
import type { Claimed, Conclusion, Settled } from './claims.js';
import { type MessageOutcome, finalState, pauseAfter } from './message.js';

/** The result of an attempt. `unknown`: the server may have the message, and did not answer. */
export interface Ending {
  readonly kind: 'accepted' | 'temporary' | 'permanent' | 'unknown';
  readonly outcome: MessageOutcome;
  readonly reply: string | undefined;
  /** Recipients that the server refused while it accepted the message for others. */
  readonly rejected?: readonly RejectedRecipient[];
}

const aboutTheMessage: ReadonlySet<MessageOutcome> = new Set([
  'recipients-refused',
  'message-refused',
  'no-content',
]);

/**
 * Whether to stop trying servers: this one may have the message, or has answered about the message or its recipients.
 * Another one would answer the same, and a full mailbox is retried later, not at once under another sender.
 */
export function isFinal({ kind, outcome }: Ending): boolean {
  return kind === 'accepted' || kind === 'unknown' || aboutTheMessage.has(outcome);
}

/** Whether the server failed for other messages, too, for now: it could not be used, or stopped answering. */
export function isServersFault({ kind, outcome }: Ending): boolean {
  const isAboutMessage = aboutTheMessage.has(outcome) || outcome === 'error';
  return kind === 'unknown' || (kind === 'temporary' && !isAboutMessage);
}

/**
 * The outcome to show if no server could be used. One that may succeed later comes first; an answer says more than
 * none, and the first server's is about the intended one.
 */
export function mostTelling(endings: readonly Ending[]): Ending | undefined {
  const temporary = endings.filter(({ kind }) => kind === 'temporary');
  const candidates = temporary.length > 0 ? temporary : endings;
  return candidates.find(({ reply }) => reply !== undefined) ?? candidates[0];
}

export interface Circumstances {
  readonly now: number;
  /** From 0 to 1. */
  readonly chance: number;
}

/** The new state of a message and its recipients after an attempt. */
export function concluded(
  claimed: Claimed,
  ending: Ending,
  circumstances: Circumstances,
): Conclusion {
  const { outcome, reply } = ending;
  switch (ending.kind) {
    case 'accepted':
      return afterAcceptance(claimed, ending, circumstances);
    case 'unknown':
      return { state: 'unknown', outcome, reply, recipients: [] };
    case 'permanent':
      return failed(claimed, ending);
    case 'temporary':
      return queuedAgain(claimed, circumstances, ending) ?? failed(claimed, ending);
  }
}

/**
 * A server may refuse some recipients permanently and others temporarily: only these are retried, and soon, since it
 * may accept only so many at once (RFC 5321 §4.5.3.1.10).
 */
function afterAcceptance(
  claimed: Claimed,
  { outcome, reply, rejected = [] }: Ending,
  circumstances: Circumstances,
): Conclusion {
  const refusals = new Map(rejected.map((each) => [each.recipient.toLowerCase(), each]));
  const later = claimed.waiting.filter((to) => refusals.get(to)?.isPermanent === false);
  const again =
    later.length === 0
      ? undefined
      : queuedAgain({ ...claimed, attempts: 1 }, circumstances, { outcome, reply });
  const recipients = claimed.waiting.map((address): Settled => {
    const refusal = refusals.get(address);
    if (refusal === undefined) {
      return { address, state: 'accepted', reply };
    }
    const isLater = again !== undefined && !refusal.isPermanent;
    return { address, state: isLater ? 'waiting' : 'refused', reply: refusal.reply };
  });
  return { ...(again ?? { state: 'sent', outcome, reply }), recipients };
}

/** Undefined when the time for retries is over. */
function queuedAgain(
  { attempts, expiresAt }: Claimed,
  { now, chance }: Circumstances,
  { outcome, reply }: Pick<Ending, 'outcome' | 'reply'>,
): Conclusion | undefined {
  if (now >= expiresAt) {
    return undefined;
  }
  const nextAttemptAt = Math.min(now + pauseAfter(attempts, chance), expiresAt);
  return { state: 'queued', outcome, reply, nextAttemptAt, recipients: [] };
}

function failed({ waiting, accepted }: Claimed, { outcome, reply }: Ending): Conclusion {
  return {
    state: finalState('failed', accepted > 0),
    outcome,
    reply,
    recipients: waiting.map((address) => ({ address, state: 'refused', reply })),
  };
}
