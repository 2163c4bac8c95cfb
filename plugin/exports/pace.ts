export interface PaceLimits {
  /** Total time to wait for a client before it is judged again. */
  readonly windowMs: number;
  /** What it must have received by then. */
  readonly leastBytes: number;
}

/** 32 kbit/s, which even slow mobile connections reach. */
export const paceLimits: PaceLimits = { windowMs: 60_000, leastBytes: 240_000 };

/** Shorter waits say nothing about a connection. */
const leastJudgedMs = 10_000;
const lookEveryMs = 1000;

/** Measures how fast a client receives. Only time spent waiting for it counts. */
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

  /** `Infinity` until it is known. */
  get bytesPerSecond(): number {
    return this.#waitedMs < leastJudgedMs ? this.#before : this.#now;
  }

  /** Records bytes that were received without a wait. */
  took(bytes: number): void {
    this.#takenBytes += bytes;
  }

  /** Waits until something is received; a client that receives nothing is judged meanwhile. */
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
