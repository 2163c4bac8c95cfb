/**
 * Keeps the values used last: at least half of `most`, and at most that many. Two generations instead of an order, so
 * that finding a value changes nothing.
 */
export class RecentlyUsed<Value> {
  readonly #most: number;
  #young = new Map<string | number, Value>();
  #old = new Map<string | number, Value>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Makes the value if it is not kept. */
  of(key: string | number, make: () => Value): Value {
    return this.#young.get(key) ?? this.#keep(key, this.#old.get(key) ?? make());
  }

  #keep(key: string | number, value: Value): Value {
    if (this.#young.size >= this.#most / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
    return value;
  }
}
