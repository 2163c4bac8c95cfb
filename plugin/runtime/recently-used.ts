/** Keeps the values used last, at most `most`. */
export class RecentlyUsed<Value> {
  readonly #most: number;
  /** The one used longest ago is the first. */
  readonly #kept = new Map<string | number, Value>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Makes the value if it is not kept. */
  of(key: string | number, make: () => Value): Value {
    const value = this.#kept.get(key) ?? make();
    this.#kept.delete(key);
    this.#kept.set(key, value);
    const [first] = this.#kept.keys();
    if (this.#kept.size > this.#most && first !== undefined) {
      this.#kept.delete(first);
    }
    return value;
  }
}
