import { randomFillSync } from 'node:crypto';

/**
 * A different masking of a token for each page. Pages are compressed and repeat the search: the length of such pages
 * would reveal a constant token, character by character, to an observer who controls the search (BREACH,
 * https://www.breachattack.com).
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

/** The token behind a masked one; for anything else, a text that is no valid token. */
export function unmaskToken(text: string): string {
  const masked = Buffer.from(text, 'base64url');
  const length = Math.ceil(masked.length / 2);
  unmask(masked, length);
  return masked.toString('hex', length);
}

/** XORs the second half with the first: masks plain bytes, and unmasks masked ones. */
function unmask(bytes: Buffer, length: number): void {
  for (let index = length; index < bytes.length; index += 1) {
    bytes[index] = (bytes[index] ?? 0) ^ (bytes[index - length] ?? 0);
  }
}

const pool = Buffer.alloc(8192);
let used = pool.length;

/** Random bytes from a pool: a system call for each page costs more than the rest of it. */
function takeRandom(length: number): Buffer {
  if (used + length > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += length;
  return pool.subarray(used - length, used);
}
