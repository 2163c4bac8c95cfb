import { readableLine } from '../connecting/readable-line.js';

/** A server's reply as one line for people: no control or invisible characters, at most 200 characters. */
export function readableReply(reply: string | undefined): string | undefined {
  const [first = '', ...more] = (reply ?? '').split(/\r?\n/);
  const lines = [first.replace(/^(\d{3})-/, '$1 '), ...more.map(withoutCodes)];
  return readableLine(lines.join(' '));
}

/**
 * Whether the server refuses a recipient as one too many for a message, whatever the code: the next message takes it
 * (RFC 5321 §4.5.3.1.10, RFC 3463 §3.6).
 */
export function saysTooManyRecipients(reply: string | undefined): boolean {
  return /^\d{3}[ -][45]\.5\.3\b|\btoo many (recipients|rcpts?)\b|\b(maximum|max|limit).{0,30}\brecipients\b|\brecipients\b.{0,30}\blimit/i.test(
    reply ?? '',
  );
}

/** A multi-line reply repeats its codes on each line (RFC 5321 §4.2.1, RFC 2034 §4). */
function withoutCodes(line: string): string {
  return line.replace(/^\d{3}[ -](?:[245]\.\d{1,3}\.\d{1,3}(?: |$))?/, '');
}
