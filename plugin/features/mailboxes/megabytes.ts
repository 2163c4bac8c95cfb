import { bytesIn } from '../../web/typed-size.js';

/** A size such as `2048`, `512MB` or `1GB` as the form wants it, in megabytes; anything else is left to the form to refuse. */
export function asMegabytes(text: string): string {
  const bytes = bytesIn(text);
  return bytes === undefined ? text : String(bytes / 1024 ** 2);
}
