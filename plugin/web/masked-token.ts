import { randomBytes } from 'node:crypto';

/**
 * A token as one page shows it, different on each. Pages are compressed and repeat what was searched for: the length
 * of such pages would tell somebody who watches them, and makes the browser search, a token that stays the same,
 * character by character (BREACH, https://www.breachattack.com).
 *
 * @param token an even number of hexadecimal digits.
 */
export function maskToken(token: string): string {
  const bytes = Buffer.from(token, 'hex');
  const mask = randomBytes(bytes.length);
  return Buffer.concat([mask, exclusiveOr(bytes, mask)]).toString('base64url');
}

/** The token behind what a page showed; of anything else, something that is no token of ours. */
export function unmaskToken(text: string): string {
  const bytes = Buffer.from(text, 'base64url');
  const middle = bytes.length / 2;
  return exclusiveOr(bytes.subarray(middle), bytes.subarray(0, middle)).toString('hex');
}

function exclusiveOr(bytes: Buffer, mask: Buffer): Buffer {
  return Buffer.from(bytes.map((byte, index) => byte ^ (mask[index] ?? 0)));
}
