import type { Logger } from '../../../web/log.js';
import type { Settings } from '../../settings/index.js';
import type { Dropping } from './dropping.js';
import type { Sealer } from './sealer.js';

/** How soon entries are sealed while a panel runs. */
export const withinSeconds = 10;
const sealEveryMs = 2000;
const dropEveryMs = 60 * 60 * 1000;
const dayMs = 24 * 60 * 60 * 1000;

interface KeepingParts {
  readonly sealer: Sealer;
  readonly dropping: Dropping;
  readonly settings: Settings;
  readonly now: () => number;
}

/** Seals new entries and drops old ones, while the panel runs. */
export class Keeping {
  readonly #parts: KeepingParts;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #current: Promise<void> = Promise.resolve();
  #nextDropAt = 0;
  #isFailing = false;

  constructor(parts: KeepingParts) {
    this.#parts = parts;
  }

  start(log: Logger): void {
    let isIdle = true;
    this.#timer = setInterval(() => {
      if (isIdle) {
        isIdle = false;
        this.#current = this.#keepLogging(log).finally(() => {
          isIdle = true;
        });
      }
    }, sealEveryMs);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#current;
  }

  /** Seals what is new, and drops what is older than the setting says. */
  async keep(): Promise<void> {
    const { sealer, now } = this.#parts;
    await sealer.seal(this.#stopping.signal);
    if (now() >= this.#nextDropAt) {
      await this.drop();
      this.#nextDropAt = now() + dropEveryMs;
    }
  }

  async drop(): Promise<void> {
    const { dropping, settings, now } = this.#parts;
    const [days] = await settings.texts('activity-days');
    if (days !== undefined) {
      await dropping.drop(now() - Number(days) * dayMs, this.#stopping.signal);
    }
  }

  /** Logs the first failure of a series: the next interval tries again. */
  async #keepLogging(log: Logger): Promise<void> {
    try {
      await this.keep();
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) {
        log.warn({ err: error }, 'could not seal the activity log');
      }
      this.#isFailing = true;
    }
  }
}
