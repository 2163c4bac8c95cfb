import type { Logger } from '../../web/log.js';
import type { ExchangerRecords } from './exchanger-records.js';

/** At most four domains a second: each of 100,000 once in seven hours. */
const everyMs = 5000;
const atOnce = 20;
/** The pause after name servers did not answer. */
const restMs = 60 * 1000;

/** Looks up the MX records of domains in turn while the panel runs. */
export class ExchangerWatch {
  readonly #records: Pick<ExchangerRecords, 'checkDue'>;
  #timer: NodeJS.Timeout | undefined;
  #current: Promise<void> = Promise.resolve();
  #restsUntil = 0;

  constructor(records: Pick<ExchangerRecords, 'checkDue'>) {
    this.#records = records;
  }

  start(log: Logger): void {
    let isIdle = true;
    this.#timer = setInterval(() => {
      if (isIdle && Date.now() >= this.#restsUntil) {
        isIdle = false;
        this.#current = this.#look(log).finally(() => {
          isIdle = true;
        });
      }
    }, everyMs);
    this.#timer.unref();
  }

  /** Waits for current look-ups, a few seconds at most. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#current;
  }

  async #look(log: Logger): Promise<void> {
    try {
      const { count, isAnswered } = await this.#records.checkDue(atOnce);
      this.#restsUntil = count > 0 && !isAnswered ? Date.now() + restMs : 0;
    } catch (error) {
      this.#restsUntil = Date.now() + restMs;
      log.warn({ err: error }, 'could not look up MX records');
    }
  }
}
