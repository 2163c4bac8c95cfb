import type { Bytes } from './message.js';

/** A MariaDB server takes 16 MB at once, if nobody has told it otherwise; a multiple of three. */
const pieceBytes = 768 * 1024;

/** What is in memory anyway. */
export function bytesOf(all: Buffer): Bytes {
  return {
    bytes: all.length,
    async *read() {
      for (let at = 0; at < all.length; at += pieceBytes) {
        yield all.subarray(at, at + pieceBytes);
      }
    },
  };
}
