import { InvalidInputError } from '../../errors.js';
import { parseJson } from '../../web/forms.js';
import { type LongText, unescaped } from '../../web/json-body.js';
import { NotBase64Error, decodedBase64 } from './base64.js';
import { bytesOf } from './bytes.js';
import {
  type AttachmentFields,
  type MessageFields,
  longestText,
  messageForm,
  mostContentBytes,
} from './forms.js';
import type { Bytes } from './message.js';

/** A message as a program hands it in. */
export interface MessageForm extends Omit<MessageFields, 'attachments'> {
  readonly attachments?: readonly (Omit<AttachmentFields, 'content'> & {
    readonly content: Bytes;
  })[];
}

type LongTexts = (name: string) => LongText | undefined;

/**
 * Reads a message: first what is short, and the long texts that stand beside it only once all of that is right.
 *
 * @throws {InvalidInputError}
 */
export async function parseMessage(
  body: unknown,
  longText: LongTexts = () => undefined,
): Promise<MessageForm> {
  const { text, html, attachments, ...fields } = parseJson(messageForm, body);
  const form: MessageForm = {
    ...fields,
    ...(text !== undefined && { text: await textIn('text', text, longText) }),
    ...(html !== undefined && { html: await textIn('html', html, longText) }),
    ...(attachments !== undefined && {
      attachments: await Promise.all(
        attachments.map(async ({ content, ...note }, index) => ({
          ...note,
          content: await bytesIn(`attachments/${index}/content`, content, longText),
        })),
      ),
    }),
  };
  if (contentBytesOf(form) > mostContentBytes) {
    throw new InvalidInputError({ '': { key: 'messages.errors.too-large' } });
  }
  return form;
}

/** An escape has at most six characters for one. */
const longestSent = 6 * longestText;

async function textIn(field: string, sent: string, longText: LongTexts): Promise<string> {
  const long = longText(sent);
  if (long === undefined) {
    return sent;
  }
  const text = long.bytes > longestSent ? undefined : await unescaped(long);
  if (text === undefined || text.length > longestText) {
    const refusal = { key: 'errors.field.string.max', args: { count: longestText } };
    throw new InvalidInputError({ [field]: refusal });
  }
  return text;
}

async function bytesIn(field: string, sent: string, longText: LongTexts): Promise<Bytes> {
  const long = longText(sent);
  if (long === undefined) {
    return bytesOf(Buffer.from(sent, 'base64'));
  }
  try {
    let bytes = 0;
    for await (const piece of decodedBase64(long.read())) {
      bytes += piece.length;
    }
    return { bytes, read: () => decodedBase64(long.read()) };
  } catch (error) {
    throw error instanceof NotBase64Error
      ? new InvalidInputError({ [field]: { key: 'messages.errors.base64' } })
      : error;
  }
}

function contentBytesOf({ text = '', html = '', attachments = [] }: MessageForm): number {
  return attachments.reduce(
    (sum, { content }) => sum + content.bytes,
    Buffer.byteLength(text) + Buffer.byteLength(html),
  );
}
