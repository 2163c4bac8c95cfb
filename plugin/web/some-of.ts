export const mostNamed = 10;

/** The first of many names, for one sentence. */
export function namesOfSome(names: readonly string[]): string {
  return names.slice(0, mostNamed).join(', ') + (names.length > mostNamed ? ' …' : '');
}
