import type { Bytes } from './message.js';

/** MariaDB's default limit is 16 MB at once; a multiple of three. */
const pieceBytes = 768 * 1024;

/** Bytes that are in memory already. */
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
