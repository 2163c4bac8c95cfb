/** A text from a URL's query, on one line. */
export function queryText(value: unknown): string {
  return typeof value === 'string' ? value.replaceAll(/\p{Cc}/gu, ' ').trim() : '';
}
