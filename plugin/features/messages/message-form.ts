import { InvalidInputError } from '../../errors.js';
import { parseJson } from '../../web/forms.js';
import { type LongFields, type LongText, mostJsonBytes, unescaped } from '../../web/json-body.js';
import { NotBase64Error, decodedBase64, decodedBytes } from './base64.js';
import { bytesOf } from './bytes.js';
import {
  type AttachmentFields,
  type MessageFields,
  longestText,
  messageForm,
  mostContentBytes,
} from './forms.js';
import type { Bytes } from './message.js';

/** A submitted message. */
export interface MessageForm extends Omit<MessageFields, 'attachments'> {
  readonly attachments?: readonly (Omit<AttachmentFields, 'content'> & {
    readonly content: Bytes;
  })[];
}

type LongTexts = (name: string) => LongText | undefined;

/**
 * Validates a message: the short fields first, and the long texts only if those are valid.
 *
 * @param parts `first` may refuse it for its short fields before a long text is read.
 * @throws {InvalidInputError}
 */
export async function parseMessage(
  body: unknown,
  {
    longText = () => undefined,
    first = async () => {},
  }: {
    readonly longText?: LongTexts;
    readonly first?: (fields: MessageFields) => Promise<void>;
  } = {},
): Promise<MessageForm> {
  const fields = parseJson(messageForm, body);
  await first(fields);
  return await withLongTexts(fields, longText);
}

/** @throws {InvalidInputError} at the first invalid long text, without reading the others. */
async function withLongTexts(
  { text, html, attachments, ...fields }: MessageFields,
  longText: LongTexts,
): Promise<MessageForm> {
  const form: MessageForm = {
    ...fields,
    ...(text !== undefined && { text: await textIn('text', text, longText) }),
    ...(html !== undefined && { html: await textIn('html', html, longText) }),
  };
  if (attachments === undefined) {
    return form;
  }
  const read: Attachment[] = [];
  for (const [index, { content, ...note }] of attachments.entries()) {
    const field = `attachments/${index}/content`;
    read.push({ ...note, content: await bytesIn(field, content, longText) });
    assertSize({ ...form, attachments: read });
  }
  return { ...form, attachments: read };
}

type Attachment = NonNullable<MessageForm['attachments']>[number];

/** @throws {InvalidInputError} */
function assertSize(form: MessageForm): void {
  if (contentBytesOf(form) > mostContentBytes) {
    const args = { megabytes: mostContentBytes / 1024 ** 2 };
    throw new InvalidInputError({ '': { key: 'messages.errors.too-large', args } });
  }
}

/** An escape has at most six characters for one. */
const longestSent = 6 * longestText;

/** As large as a body may be: their sum is limited once they are decoded. */
export const longFields: LongFields = new Map([
  ['text', longestSent],
  ['html', longestSent],
  ['content', mostJsonBytes],
]);

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
    const bytes = await decodedBytes(long.read());
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
