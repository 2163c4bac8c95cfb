/** A text from a URL's query, on one line. */
export function queryText(value: unknown): string {
  return typeof value === 'string' ? value.replaceAll(/\p{Cc}/gu, ' ').trim() : '';
}

/** A parameter of a query. */
export type QueryPair = readonly [name: string, value: string];

/** Unreserved characters, which queries have as they are. */
const plain = /^[\w.*-]*$/;

/** A query without its question mark, as `URLSearchParams` writes it, which takes ten times as long for plain values. */
export function queryOf(pairs: readonly QueryPair[]): string {
  return pairs.every(([name, value]) => plain.test(name) && plain.test(value))
    ? pairs.map(([name, value]) => `${name}=${value}`).join('&')
    : new URLSearchParams(pairs.map(([name, value]) => [name, value])).toString();
}
