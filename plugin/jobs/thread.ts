import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { tell } from '../runtime/threads.js';
import type { Logger } from '../web/log.js';
import type { JobClaims } from './claims.js';

const pollMs = 2000;

/** Runs this process's jobs in a thread while there are any, since SQLite blocks the calling thread. */
export class JobThread {
  readonly #claims: JobClaims;
  readonly #open: () => Worker;
  readonly #log: Logger;
  #thread: Worker | undefined;
  #looking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param open starts a thread that runs jobs until none is due or a message arrives. */
  constructor(parts: {
    readonly claims: JobClaims;
    readonly open: () => Worker;
    readonly log: Logger;
  }) {
    this.#claims = parts.claims;
    this.#open = parts.open;
    this.#log = parts.log;
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
      const ended = once(this.#thread, 'exit');
      tell(this.#thread, 'stop');
      await ended;
    }
  }

  #look(): void {
    if (this.#thread === undefined) {
      this.#looking ??= this.#begin().finally(() => (this.#looking = undefined));
    }
  }

  async #begin(): Promise<void> {
    try {
      if ((await this.#claims.hasNext()) && this.#timer !== undefined) {
        this.#follow(this.#open());
      }
    } catch (error) {
      this.#log.error({ err: error }, 'looking for jobs');
    }
  }

  #follow(thread: Worker): void {
    this.#thread = thread;
    thread.once('error', (error) => this.#log.error({ err: error }, 'the thread of jobs'));
    thread.once('exit', () => (this.#thread = undefined));
  }
}
