import type { FieldError } from '../../errors.js';
import { mostReplyOctets, replyText } from '../../mail-server/reply-text.js';

/** A text's length in characters; of a refusal, as the reply has it. */
export const textLimits = { reject: mostReplyOctets, bounce: 500 } as const;

/** Why recipients must not be refused with this text, if so. */
export function rejectTextRefusal(text: string | undefined): FieldError | undefined {
  const { length } = replyText(text ?? '');
  return length > textLimits.reject
    ? {
        key: 'domain-mail.errors.reject-text-too-long',
        args: { count: textLimits.reject, length },
      }
    : undefined;
}
