import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../web/log.js';
import type { JobClaims } from './claims.js';
import type { JobRun } from './run.js';

/** Chunks of several jobs take turns, so that a long one does not hold up other accounts. */
const mostAtOnce = 4;
const pollMs = 1000;

/** Runs due jobs, several at once. Any number of processes can have one. */
export class JobWorker {
  readonly #claims: JobClaims;
  readonly #run: JobRun;
  readonly #log: Logger;
  readonly #stopping = new AbortController();

  constructor(parts: { readonly claims: JobClaims; readonly run: JobRun; readonly log: Logger }) {
    this.#claims = parts.claims;
    this.#run = parts.run;
    this.#log = parts.log;
  }

  /** Ends each job's current chunk and returns the rest to the queue. */
  stop(): void {
    this.#stopping.abort();
  }

  /** Runs jobs until none is due. */
  async drain(): Promise<void> {
    const running = new Set<Promise<void>>();
    const { signal } = this.#stopping;
    for (;;) {
      const claimed = running.size < mostAtOnce && !signal.aborted && (await this.#next());
      if (claimed) {
        const run = this.#run.run(claimed, signal).finally(() => running.delete(run));
        running.add(run);
      } else if (running.size === 0) {
        return;
      } else {
        await Promise.race([...running, sleep(pollMs, undefined, { ref: false })]);
      }
    }
  }

  async #next(): ReturnType<JobClaims['next']> {
    try {
      return await this.#claims.next();
    } catch (error) {
      this.#log.error({ err: error }, 'could not look for jobs');
      return undefined;
    }
  }
}
