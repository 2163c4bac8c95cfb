import type { Worker } from 'node:worker_threads';
import { tell } from '../runtime/threads.js';
import type { Logger } from '../web/log.js';
import type { JobClaims } from './claims.js';

const pollMs = 2000;
const longestPauseMs = 5 * 60_000;

/** Runs this process's jobs in a thread while there are any, since SQLite blocks the calling thread. */
export class JobThread {
  readonly #claims: JobClaims;
  readonly #open: () => Worker;
  readonly #log: Logger;
  readonly #now: () => number;
  /** Threads in a row that failed. */
  #failures = 0;
  #pausedUntil = 0;
  #thread: Worker | undefined;
  #looking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param open starts a thread that runs jobs until none is due or a message arrives. */
  constructor(parts: {
    readonly claims: JobClaims;
    readonly open: () => Worker;
    readonly log: Logger;
    readonly now: () => number;
  }) {
    this.#claims = parts.claims;
    this.#open = parts.open;
    this.#log = parts.log;
    this.#now = parts.now;
  }

  start(): void {
    this.#timer = setInterval(() => this.#look(), pollMs);
    this.#look();
  }

  /** Looks for jobs now, if started. */
  wake(): void {
    if (this.#timer !== undefined) {
      this.#look();
    }
  }

  /** Claims no more jobs and waits for the current chunks. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#looking;
    if (this.#thread !== undefined) {
      await end(this.#thread);
    }
  }

  #look(): void {
    if (this.#thread === undefined && this.#now() >= this.#pausedUntil) {
      this.#looking ??= this.#begin().finally(() => (this.#looking = undefined));
    }
  }

  async #begin(): Promise<void> {
    try {
      if ((await this.#claims.hasNext()) && this.#timer !== undefined) {
        this.#follow(this.#open());
      }
    } catch (error) {
      this.#log.error({ err: error }, 'could not look for jobs');
    }
  }

  #follow(thread: Worker): void {
    this.#thread = thread;
    thread.once('error', (error) => this.#log.error({ err: error }, 'the thread of jobs failed'));
    thread.once('exit', (code) => {
      this.#thread = undefined;
      this.#pause(code === 0 ? 0 : this.#failures + 1);
    });
  }

  /** Waits longer after each failure, since the next thread may fail as well. */
  #pause(failures: number): void {
    this.#failures = failures;
    const pauseMs = failures === 0 ? 0 : pollMs * 2 ** failures;
    this.#pausedUntil = this.#now() + Math.min(pauseMs, longestPauseMs);
  }
}

/** Ends a thread, whether or not it fails on the way. */
async function end(thread: Worker): Promise<void> {
  await new Promise((resolve) => {
    thread.once('exit', resolve);
    tell(thread, 'stop');
  });
}
