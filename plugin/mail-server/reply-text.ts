import anyAscii from 'any-ascii';

/** A reply line with its code and <CRLF> (RFC 5321 §4.5.3.1.5), and a path with its angle brackets (§4.5.3.1.3). */
const mostOctets = { line: 512, path: 256 };

/** What smtpd(8) puts around a text and the recipient that it refuses. */
const around = '550 5.1.1 : Recipient address rejected: \r\n';

/** How many octets are left for a text that refuses a recipient, whatever the recipient. */
export const mostReplyOctets = mostOctets.line - mostOctets.path - around.length;

/**
 * A text as an SMTP reply can carry it to any client: in ASCII, the only characters that a client without SMTPUTF8
 * must be able to read (RFC 6531 §3.5). Empty where a text has no letters in any script.
 */
export function replyText(text: string): string {
  return anyAscii(text.normalize('NFC'))
    .replaceAll(/[^ -~]+/g, ' ')
    .replaceAll(/ +/g, ' ')
    .trim();
}

/** The same for a text that was accepted before there was a limit: whole words of it, and dots for the others. */
export function shortenedReplyText(text: string): string {
  const reply = replyText(text);
  return reply.length <= mostReplyOctets
    ? reply
    : reply.slice(0, mostReplyOctets - 3).replace(/ +\S*$/, '') + '...';
}
