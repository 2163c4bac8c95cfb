/** Longer than postscreen and other servers pause on purpose; most need less than one second. */
const slowUntilEndMs = 10_000;
const slowAnswerMs = 60_000;

/** How long a server took for a message. */
export class Pace {
  readonly #now: () => number;
  readonly #begin: number;
  #end: number | undefined;

  constructor(now: () => number) {
    this.#now = now;
    this.#begin = now();
  }

  /** It may have all of the message now. */
  handedOver(): void {
    this.#end = this.#now();
  }

  isSlow(): boolean {
    const end = this.#end ?? this.#now();
    return end - this.#begin > slowUntilEndMs || this.#now() - end > slowAnswerMs;
  }
}
