import { createHash } from 'node:crypto';
import { insideBody } from '../../sending/inside-body.js';
import type { Attachment } from '../../sending/outgoing-message.js';
import { type Logo, logoHtml } from './logo.js';
import { plainTextOf } from '../../sending/plain-text.js';
import { htmlOfText } from '../../sending/text-as-html.js';
import type { SmtpServer } from './smtp-server.js';

/** The two forms of a message, and the attachments that the HTML shows. */
export interface SignedMessage {
  readonly html: string;
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

/**
 * Adds a server's signature below a message, with its logo embedded (RFC 2392), also below the plain text (RFC 3676
 * §4.3).
 *
 * @param message `html` as the recipient should see it; undefined derives it from the text.
 */
export function withSignature(
  message: { readonly text: string; readonly html?: string | undefined },
  server: Pick<SmtpServer, 'signature' | 'senderName'>,
  logo: Logo | undefined,
): SignedMessage {
  const { text, html = htmlOfText(text) } = message;
  const cid = logo && cidOf(logo);
  const signature = signatureHtml(server, logo, `cid:${cid}`);
  const plain = plainTextOf(server.signature);
  return {
    html: signature === '' ? html : insideBody(html, signature),
    text: plain === '' ? text : `${text}\n\n-- \n${plain}\n`,
    attachments: logo === undefined || cid === undefined ? [] : [attachment(logo, cid)],
  };
}

/** A signature as recipients see it. @param logoUrl where its logo is. */
export function signatureHtml(
  { signature, senderName }: Pick<SmtpServer, 'signature' | 'senderName'>,
  logo: Logo | undefined,
  logoUrl: string,
): string {
  const image = logo === undefined ? '' : logoHtml(logo, { url: logoUrl, alt: senderName });
  return signature + image === '' ? '' : `<div>${signature}${image}</div>`;
}

/** Digests distinguish logos in a thread with mail through several servers. */
function cidOf({ content }: Logo): string {
  return `logo.${createHash('sha256').update(content).digest('hex').slice(0, 24)}@relais`;
}

function attachment({ type, content }: Logo, cid: string): Attachment {
  const filename = `logo.${endings[type]}`;
  return { cid, filename, contentType: type, content };
}

const endings = { 'image/png': 'png', 'image/jpeg': 'jpg' } as const;
