import { encodeWord, quoteString } from 'nodemailer/lib/mime-funcs';
import type MimeNode from 'nodemailer/lib/mime-node';
import type { Attachment } from './outgoing-message.js';

/**
 * Encodes text that looks like an encoded word (RFC 2047 §2) as a whole. nodemailer passes it on as it is, and quotes
 * it in names, where many mail programs decode it nevertheless.
 */
export function asTyped(text: string): string {
  return looksEncoded(text) ? encoded(text) : text;
}

/** Encodes names of senders and recipients, which only nodemailer's own serialization may quote. */
export function encodeLookAlikes(node: MimeNode): void {
  const written = node.encodeHeaderValue.bind(node);
  node.encodeHeaderValue = (key, value) =>
    addressFields.has(key)
      ? written(key, value).replaceAll(quotedName, unquoted)
      : written(key, value);
}

/** A second parameter `name` beside the file name would contain a look-alike unencoded. */
export function namedAsTyped(attachment: Attachment): Omit<Attachment, 'filename'> & {
  readonly filename: string | false;
  readonly contentDisposition?: string;
} {
  const { filename, contentType, cid } = attachment;
  if (!looksEncoded(filename)) {
    return { ...attachment };
  }
  const kind = cid !== undefined && /^image\//i.test(contentType) ? 'inline' : 'attachment';
  const contentDisposition = `${kind}; filename=${quoteString(filename)}`;
  return { ...attachment, filename: false, contentDisposition };
}

const addressFields: ReadonlySet<string> = new Set(['From', 'To', 'Cc', 'Reply-To']);
const quotedName = /"((?:[^"\\]|\\.)*)"(?= <)/g;

function unquoted(quoted: string, inside: string): string {
  return looksEncoded(quoted) ? encoded(inside.replaceAll(/\\(.)/g, '$1')) : quoted;
}

function looksEncoded(text: string): boolean {
  return text.includes('=?');
}

function encoded(text: string): string {
  return encodeWord(text.replaceAll(/[\r\n]+/g, ' '), 'B', longestWord);
}

/** Including its delimiters, short enough for RFC 2047 §2 also after the name of its field. */
const longestWord = 52;
