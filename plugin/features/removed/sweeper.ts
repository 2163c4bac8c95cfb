import { type SweepingParts, sweep } from '../../removals/sweeping.js';
import type { Logger } from '../../web/log.js';

const everyMs = 10 * 60 * 1000;

/** Removes for good what was kept for long enough, while the panel runs. */
export class Sweeper {
  readonly #parts: SweepingParts;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #current: Promise<unknown> = Promise.resolve();

  constructor(parts: SweepingParts) {
    this.#parts = parts;
  }

  start(log: Logger): void {
    this.#timer = setInterval(() => {
      this.#current = this.#current
        .then(() => this.sweep())
        .catch((error: unknown) => log.warn({ err: error }, 'could not end old removals'));
    }, everyMs);
    this.#timer.unref();
  }

  /** @returns how many removals have ended. */
  async sweep(now = Date.now()): Promise<number> {
    return await sweep(this.#parts, now, this.#stopping.signal);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#current;
  }
}
