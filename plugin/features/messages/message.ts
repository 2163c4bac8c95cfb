import type { Failure } from '../../sending/outcomes.js';

/**
 * Where a message is. `handing-over` is written down before the end of its data is sent: from then on the server may
 * have it, and only the server's answer tells. Without one it is `unknown`.
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

/** The header that names a recipient; none does for `bcc` (RFC 5322 §3.6.3). */
export const recipientFields = ['to', 'cc', 'bcc'] as const;
export type RecipientField = (typeof recipientFields)[number];

export const recipientStates = ['waiting', 'accepted', 'refused'] as const;
export type RecipientState = (typeof recipientStates)[number];

/** What sending can come to beside the outcomes of one connection. */
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
  /** The header that stays the same whenever and through whichever server it is sent (RFC 5322 §3.6.4). */
  readonly messageId: string;
  readonly state: MessageState;
  readonly outcome: MessageOutcome | undefined;
  /** The server's answer. */
  readonly reply: string | undefined;
  readonly attempts: number;
  readonly createdAt: number;
  readonly nextAttemptAt: number | undefined;
  readonly finishedAt: number | undefined;
  /** Whether what it says is still kept. */
  readonly hasContent: boolean;
}

export interface Recipient {
  readonly address: string;
  readonly field: RecipientField;
  readonly state: RecipientState;
  readonly reply: string | undefined;
}

/** What programs are told of. */
export interface MessageStatus {
  readonly message: Message;
  readonly recipients: readonly Recipient[];
}

/** One try through one server. */
export interface Attempt {
  readonly number: number;
  readonly at: number;
  readonly endedAt: number | undefined;
  /** Title and host of the server as they were. */
  readonly server: string;
  /** Undefined while it goes on. */
  readonly outcome: MessageOutcome | undefined;
  readonly reply: string | undefined;
}

/** What a message says, as it was handed in. */
interface Said<Attachment> {
  readonly text: string | undefined;
  readonly html: string | undefined;
  /** Where answers go, if not to the sender. */
  readonly replyTo?: string | undefined;
  readonly attachments: readonly Attachment[];
}

interface AttachmentNote {
  readonly filename: string;
  readonly contentType: string;
  readonly contentId?: string | undefined;
}

/** What is too large to be held at once: in pieces of at most 1 MB, each but the last a multiple of three bytes. */
export interface Bytes {
  readonly bytes: number;
  read(): AsyncIterable<Buffer>;
}

/** The same before it is stored. */
export type NewContent = Said<AttachmentNote & { readonly content: Bytes }>;
export type MessageContent = Said<AttachmentNote & { readonly content: Buffer }>;
/** The same, of the attachments no more than what they are. */
export type MessageText = Said<AttachmentNote & { readonly bytes: number }>;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const pausesMs = [minuteMs, 5 * minuteMs, 15 * minuteMs, hourMs, 2 * hourMs, 4 * hourMs];

/** How long temporary failures are tried again. */
export const retryForMs = 24 * hourMs;
/** How long what a message says is kept once nothing more happens to it, and all the rest of it. */
export const keepContentMs = 7 * 24 * hourMs;
export const keepMessageMs = 90 * 24 * hourMs;

/** These periods as arguments of texts. */
export const periods = {
  hours: retryForMs / hourMs,
  contentDays: keepContentMs / (24 * hourMs),
  messageDays: keepMessageMs / (24 * hourMs),
} as const;

/**
 * How long to wait after so many attempts: longer each time, up to four hours, and a fifth more or less, so that what
 * failed together does not come back together.
 *
 * @param chance from 0 to 1.
 */
export function pauseAfter(attempts: number, chance: number): number {
  const pauseMs = pausesMs[Math.min(Math.max(attempts, 1), pausesMs.length) - 1] ?? minuteMs;
  return Math.round(pauseMs * (0.8 + 0.4 * chance));
}

export type FinalState = 'sent' | 'failed' | 'cancelled';

/** What a message is that nobody tries any more: whoever has it keeps it, so it is `sent`. */
export function finalState<Otherwise extends FinalState>(
  otherwise: Otherwise,
  someHaveIt: boolean,
): Otherwise | 'sent' {
  return someHaveIt ? 'sent' : otherwise;
}

/** What people are told that a message is: it is `sent` as soon as one of its recipients has it. */
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
