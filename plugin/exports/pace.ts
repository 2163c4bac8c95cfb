export interface PaceLimits {
  /** How long a client is waited for, all waits together, before it is judged again. */
  readonly windowMs: number;
  /** What it must have taken by then. */
  readonly leastBytes: number;
}

/** 32 kbit/s, which even slow mobile connections have. */
export const paceLimits: PaceLimits = { windowMs: 60_000, leastBytes: 240_000 };

/** What is waited for a shorter time says nothing about a connection. */
const leastJudgedMs = 10_000;
const lookEveryMs = 1000;

/** How fast a client takes what it is sent. Only the time counts in which it is waited for. */
export class Pace {
  readonly #limits: PaceLimits;
  readonly #onTooSlow: () => void;
  #takenBytes = 0;
  #waitedMs = 0;
  #before = Infinity;

  constructor(limits: PaceLimits, onTooSlow: () => void) {
    this.#limits = limits;
    this.#onTooSlow = onTooSlow;
  }

  /** `Infinity` until it can be told. */
  get bytesPerSecond(): number {
    return this.#waitedMs < leastJudgedMs ? this.#before : this.#now;
  }

  /** Something was taken without a wait. */
  took(bytes: number): void {
    this.#takenBytes += bytes;
  }

  /** Waits until something is taken; who takes nothing is judged meanwhile. */
  async waitFor(bytes: number, taken: Promise<unknown>): Promise<void> {
    let since = Date.now();
    const look = (): void => {
      const now = Date.now();
      this.#waitedMs += now - since;
      since = now;
      this.#judge();
    };
    const looking = setInterval(look, Math.min(lookEveryMs, this.#limits.windowMs));
    try {
      await taken;
      this.#takenBytes += bytes;
    } finally {
      clearInterval(looking);
      look();
    }
  }

  get #now(): number {
    return this.#takenBytes / (this.#waitedMs / 1000);
  }

  #judge(): void {
    const { windowMs, leastBytes } = this.#limits;
    if (this.#waitedMs < windowMs) {
      return;
    }
    if (this.#takenBytes < leastBytes) {
      this.#onTooSlow();
    }
    this.#before = this.#now;
    this.#takenBytes = 0;
    this.#waitedMs = 0;
  }
}
