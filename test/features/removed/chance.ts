/** A repeatable sequence of choices (mulberry32). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** @throws {RangeError} when there is nothing to choose. */
  of<T>(values: readonly T[]): T {
    const value = values[Math.floor(this.#next() * values.length)];
    if (values.length === 0) {
      throw new RangeError('nothing to choose');
    }
    return value as T;
  }

  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
