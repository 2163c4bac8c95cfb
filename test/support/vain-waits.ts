import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger, Page } from 'playwright-core';

const roundMs = 100;

/** Ten seconds at least, in each round of which the page has answered. */
const usualRounds = 100;

const reason = 'Nothing is loading and nothing changes on the page any more.';

interface Watched {
  /** Requests without an answer yet. */
  loading: number;
}

/**
 * Ends waits for what no longer comes: a page is closed while a locator waits if no open page loads anything or changes
 * in many rounds. A page that loads, or is too busy to answer, is waited for.
 */
export class VainWaits {
  readonly #rounds: number;
  readonly #pages = new Map<Page, Watched>();
  #waiting = 0;
  #calls = 0;
  #isLooking = false;

  constructor(rounds = usualRounds) {
    this.#rounds = rounds;
  }

  /** Of the browser, which tells when a locator's wait begins and ends. */
  readonly logger: Logger = {
    isEnabled: (name) => name === 'api',
    log: (_name, _severity, message) => this.#hear(String(message)),
  };

  /** Until it is closed. */
  watch(page: Page): void {
    const watched: Watched = { loading: 0 };
    page.on('request', () => (watched.loading += 1));
    page.on('requestfinished', () => (watched.loading -= 1));
    page.on('requestfailed', () => (watched.loading -= 1));
    page.once('close', () => this.#pages.delete(page));
    this.#pages.set(page, watched);
    void this.#look();
  }

  #hear(message: string): void {
    const [, began] = /^(=>|<=) locator\./.exec(message) ?? [];
    if (began !== undefined) {
      this.#waiting += began === '=>' ? 1 : -1;
      this.#calls += 1;
    }
  }

  async #look(): Promise<void> {
    if (this.#isLooking) {
      return;
    }
    this.#isLooking = true;
    let before: string | undefined;
    let quiet = 0;
    while (this.#pages.size > 0) {
      await sleep(roundMs, undefined, { ref: false });
      const seen = await this.#seen();
      quiet = seen !== undefined && seen === before ? quiet + 1 : 0;
      before = seen;
      if (quiet >= this.#rounds) {
        await Promise.allSettled([...this.#pages.keys()].map((page) => page.close({ reason })));
      }
    }
    this.#isLooking = false;
  }

  /** What the pages show during a wait; undefined while there is none, or something is loading. */
  async #seen(): Promise<string | undefined> {
    const isIdle = [...this.#pages.values()].every(({ loading }) => loading <= 0);
    if (this.#waiting <= 0 || !isIdle) {
      return undefined;
    }
    try {
      const pages = [...this.#pages.keys()];
      const shown = await Promise.all(
        pages.map((page) => page.evaluate(() => document.documentElement.outerHTML)),
      );
      return [this.#calls, ...shown].join('\n');
    } catch {
      // It is being left.
      return undefined;
    }
  }
}
