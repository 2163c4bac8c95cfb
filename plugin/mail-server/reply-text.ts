import anyAscii from 'any-ascii';

/** A reply line with its code and <CRLF> (RFC 5321 §4.5.3.1.5), and a path with its angle brackets (§4.5.3.1.3). */
const mostOctets = { line: 512, path: 256 };

/** smtpd(8)'s text around a refusal's text and recipient. */
const around = '550 5.1.1 : Recipient address rejected: \r\n';

/** Octets left for a refusal's text, whatever the recipient. */
export const mostReplyOctets = mostOctets.line - mostOctets.path - around.length;

/**
 * A text that an SMTP reply can carry to any client: in ASCII, the only characters that a client without SMTPUTF8 must
 * understand (RFC 6531 §3.5). Empty if the text has no letters in any script.
 */
export function replyText(text: string): string {
  return anyAscii(text.normalize('NFC'))
    .replaceAll(/[^ -~]+/g, ' ')
    .replaceAll(/ +/g, ' ')
    .trim();
}

/** The same for a text accepted before there was a limit, cut at a word and ended with dots. */
export function shortenedReplyText(text: string): string {
  const reply = replyText(text);
  return reply.length <= mostReplyOctets
    ? reply
    : reply.slice(0, mostReplyOctets - 3).replace(/ +\S*$/, '') + '...';
}
