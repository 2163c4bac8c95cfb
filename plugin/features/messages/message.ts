import type { Failure } from '../../sending/outcomes.js';

/**
 * A message's state. `handing-over` is committed before the end of its data is sent: from then on the server may have
 * it, and only its answer tells. Without an answer the message is `unknown`.
 */
export const states = [
  'queued',
  'sending',
  'handing-over',
  'sent',
  'failed',
  'unknown',
  'cancelled',
] as const;
export type MessageState = (typeof states)[number];

/** The service of messages that are mails of the panel; no added service can have this key. */
export const panelService = ':panel';

/** The header that names a recipient; `bcc` has none (RFC 5322 §3.6.3). */
export const recipientFields = ['to', 'cc', 'bcc'] as const;
export type RecipientField = (typeof recipientFields)[number];

export const recipientStates = ['waiting', 'accepted', 'refused'] as const;
export type RecipientState = (typeof recipientStates)[number];

/** Outcomes of sending in addition to those of a connection. */
const ownOutcomes = [
  'no-server',
  'no-content',
  'interrupted',
  'answer-lost',
  'account-suspended',
  'error',
] as const;
export type MessageOutcome = Failure | 'ok' | (typeof ownOutcomes)[number];

export interface Message {
  readonly id: number;
  readonly ownerId: number;
  readonly resellerId: number | undefined;
  readonly service: string;
  readonly subject: string;
  /** The Message-ID, which is the same for every attempt and server (RFC 5322 §3.6.4). */
  readonly messageId: string;
  readonly state: MessageState;
  readonly outcome: MessageOutcome | undefined;
  /** The server's answer. */
  readonly reply: string | undefined;
  readonly attempts: number;
  readonly createdAt: number;
  readonly nextAttemptAt: number | undefined;
  readonly finishedAt: number | undefined;
  /** Whether the content is still kept. */
  readonly hasContent: boolean;
}

export interface Recipient {
  readonly address: string;
  readonly field: RecipientField;
  readonly state: RecipientState;
  readonly reply: string | undefined;
}

/** The status for programs. */
export interface MessageStatus {
  readonly message: Message;
  readonly recipients: readonly Recipient[];
}

/** One attempt through one server. */
export interface Attempt {
  readonly number: number;
  readonly at: number;
  readonly endedAt: number | undefined;
  /** Title and host of the server at that time. */
  readonly server: string;
  /** Undefined while it is in progress. */
  readonly outcome: MessageOutcome | undefined;
  readonly reply: string | undefined;
}

/** The content of a message, as submitted. */
interface Said<Attachment> {
  readonly text: string | undefined;
  readonly html: string | undefined;
  /** Where replies go, if not to the sender. */
  readonly replyTo?: string | undefined;
  readonly attachments: readonly Attachment[];
}

interface AttachmentNote {
  readonly filename: string;
  readonly contentType: string;
  readonly contentId?: string | undefined;
}

/** Content that is too large for memory: pieces of at most 1 MB, all but the last a multiple of three bytes. */
export interface Bytes {
  readonly bytes: number;
  read(): AsyncIterable<Buffer>;
}

/** The content before it is stored. */
export type NewContent = Said<AttachmentNote & { readonly content: Bytes }>;
export type MessageContent = Said<AttachmentNote & { readonly content: Buffer }>;
/** The content without the attachments' bytes. */
export type MessageText = Said<AttachmentNote & { readonly bytes: number }>;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const pausesMs = [minuteMs, 5 * minuteMs, 15 * minuteMs, hourMs, 2 * hourMs, 4 * hourMs];

/** How long temporary failures are retried. */
export const retryForMs = 24 * hourMs;
/** How long a finished message's content is kept, and the rest of it. */
export const keepContentMs = 7 * 24 * hourMs;
export const keepMessageMs = 90 * 24 * hourMs;

/** These periods as arguments of texts. */
export const periods = {
  hours: retryForMs / hourMs,
  contentDays: keepContentMs / (24 * hourMs),
  messageDays: keepMessageMs / (24 * hourMs),
} as const;

/**
 * The pause after a number of attempts: longer each time, up to four hours, ± 20 %, so that messages that failed
 * together are not retried together.
 *
 * @param chance from 0 to 1.
 */
export function pauseAfter(attempts: number, chance: number): number {
  const pauseMs = pausesMs[Math.min(Math.max(attempts, 1), pausesMs.length) - 1] ?? minuteMs;
  return Math.round(pauseMs * (0.8 + 0.4 * chance));
}

export type FinalState = 'sent' | 'failed' | 'cancelled';

/** The final state of a message: `sent` if any recipient has it. */
export function finalState<Otherwise extends FinalState>(
  otherwise: Otherwise,
  someHaveIt: boolean,
): Otherwise | 'sent' {
  return someHaveIt ? 'sent' : otherwise;
}

/** The state that people see: `sent` as soon as one recipient has it. */
export type ShownState = MessageState | 'partly-sent';

export function shownState(state: MessageState, hasAll: boolean): ShownState {
  return state === 'sent' && !hasAll ? 'partly-sent' : state;
}

export function canBeCancelled({ state }: Pick<Message, 'state'>): boolean {
  return state === 'queued';
}

export function canBeSentAgain({
  state,
  hasContent,
}: Pick<Message, 'state' | 'hasContent'>): boolean {
  return hasContent && (state === 'unknown' || state === 'failed' || state === 'cancelled');
}
