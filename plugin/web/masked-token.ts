import { randomFillSync } from 'node:crypto';

/**
 * A token as one page shows it, different on each. Pages are compressed and repeat what was searched for: the length
 * of such pages would tell somebody who watches them, and makes the browser search, a token that stays the same,
 * character by character (BREACH, https://www.breachattack.com).
 *
 * @param token an even number of hexadecimal digits.
 */
export function maskToken(token: string): string {
  const length = token.length / 2;
  const masked = Buffer.allocUnsafe(length * 2);
  takeRandom(length).copy(masked);
  masked.write(token, length, 'hex');
  unmask(masked, length);
  return masked.toString('base64url');
}

/** The token behind what a page showed; of anything else, something that is no token of ours. */
export function unmaskToken(text: string): string {
  const masked = Buffer.from(text, 'base64url');
  const length = Math.ceil(masked.length / 2);
  unmask(masked, length);
  return masked.toString('hex', length);
}

/** Combines the second half with the first: what was masked is plain, what was plain is masked. */
function unmask(bytes: Buffer, length: number): void {
  for (let index = length; index < bytes.length; index += 1) {
    bytes[index] = (bytes[index] ?? 0) ^ (bytes[index - length] ?? 0);
  }
}

const pool = Buffer.alloc(8192);
let used = pool.length;

/** Asking the system for each page costs more than the rest of it. */
function takeRandom(length: number): Buffer {
  if (used + length > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += length;
  return pool.subarray(used - length, used);
}
