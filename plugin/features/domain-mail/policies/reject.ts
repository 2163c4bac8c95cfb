import type { FieldError } from '../../../errors.js';
import { mostReplyOctets, replyText, shortenedReplyText } from '../../../mail-server/reply-text.js';
import { mostStored, plainText, textOption } from './plain-text.js';
import type { Policy } from './policy.js';

/** Refused at RCPT; without a text, with `User unknown`. */
export interface Reject {
  readonly policy: 'reject';
  readonly text: string | undefined;
}

export const reject: Policy<Reject, { readonly rejectText?: string }> = {
  key: 'reject',
  isRecommended: true,
  fields: { rejectText: { rule: plainText.max(mostStored).allow(''), option: textOption } },
  view: 'domain-mail/policies/reject',
  given: { count: mostReplyOctets, replyText: shortenedReplyText },
  wanted: ({ rejectText }) => ({ policy: 'reject', text: rejectText || undefined }),
  texts: ({ text = '' }) => ({ rejectText: text }),
  entry: ({ text }) => ({ rejectText: text ?? null }),
  columns: ({ text }) => ({
    reject_text: text ?? null,
    reject_reply: shortenedReplyText(text ?? '') || null,
  }),
  from: (row) => ({ policy: 'reject', text: row.reject_text ?? undefined }),
  refusals: ({ text }, { row }) => ({
    rejectText: text === row.reject_text ? undefined : textRefusal(text),
  }),
  example: '--text "Nobody here by that name."',
};

/** Why recipients cannot be refused with this text, if so. */
function textRefusal(text = ''): FieldError | undefined {
  const { length } = replyText(text);
  return length > mostReplyOctets
    ? { key: 'domain-mail.errors.reject-text-too-long', args: { count: mostReplyOctets, length } }
    : undefined;
}
