export const mostNamed = 10;

/** The number of things and the first of them, for a page. */
export interface Some<Thing> {
  readonly count: number;
  readonly first: readonly Thing[];
}

export function someOf<Thing>(all: readonly Thing[]): Some<Thing> {
  return { count: all.length, first: all.slice(0, mostNamed) };
}

/** The first of many names, for one sentence. */
export function namesOfSome(names: readonly string[]): string {
  const { count, first } = someOf(names);
  return first.join(', ') + (count > first.length ? ' …' : '');
}
