/** A list above a page. */
export interface ListAbove {
  readonly path: string;
  /** Whether its things have lists of their own. */
  readonly hasListsBelow: boolean;
}

interface KnownList {
  readonly pattern: string;
  readonly above: RegExp;
}

/** The paths of all lists, such as `/domains/:domain/mailboxes`. */
export class ListPaths {
  readonly #lists: KnownList[] = [];

  add(pattern: string): void {
    const above = new RegExp(`^${pattern.replaceAll(/:\w+/g, '[^/]+')}(?=/)`);
    this.#lists.push({ pattern, above });
  }

  /** The lists that a path is below, the nearest first. */
  above(path: string): readonly ListAbove[] {
    const found = this.#lists.flatMap(({ pattern, above }) => {
      const [list] = above.exec(path) ?? [];
      return list === undefined ? [] : [{ path: list, hasListsBelow: this.#hasBelow(pattern) }];
    });
    return found.toSorted((one, other) => other.path.length - one.path.length);
  }

  #hasBelow(pattern: string): boolean {
    return this.#lists.some((list) => list.pattern.startsWith(`${pattern}/`));
  }
}
