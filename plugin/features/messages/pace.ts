/** Longer than the deliberate pauses of postscreen and other servers; most servers need less than one second. */
const slowUntilEndMs = 10_000;
const slowAnswerMs = 60_000;

/** Measures how long a server takes for a message. */
export class Pace {
  readonly #now: () => number;
  readonly #begin: number;
  #end: number | undefined;

  constructor(now: () => number) {
    this.#now = now;
    this.#begin = now();
  }

  /** The server may now have the whole message. */
  handedOver(): void {
    this.#end = this.#now();
  }

  isSlow(): boolean {
    const end = this.#end ?? this.#now();
    return end - this.#begin > slowUntilEndMs || this.#now() - end > slowAnswerMs;
  }
}
