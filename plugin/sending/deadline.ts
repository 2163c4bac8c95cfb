import type { Failure } from './outcomes.js';
import { SendingError } from './sending-error.js';

/** What an attempt that is cut off in the middle looks like. */
const interruptions: ReadonlySet<Failure> = new Set([
  'connection-lost',
  'tls-failed',
  'token-unavailable',
]);

/** One time limit for all that an attempt does. */
export class Deadline {
  readonly ms: number;
  readonly #end = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(ms: number) {
    this.ms = ms;
    this.#timer = setTimeout(() => this.#end.abort(), ms);
  }

  get signal(): AbortSignal {
    return this.#end.signal;
  }

  /** The attempt came to its end in time. */
  lift(): void {
    clearTimeout(this.#timer);
  }

  /**
   * Why the attempt failed; what is still going on for it ends.
   *
   * @throws what was thrown if it has nothing to do with sending.
   */
  failureOf(error: unknown): SendingError {
    const isLate = this.signal.aborted;
    this.lift();
    this.#end.abort();
    if (isLate && !(error instanceof SendingError && !interruptions.has(error.outcome))) {
      return new SendingError('timed-out', { cause: error });
    }
    if (!(error instanceof SendingError)) {
      throw error;
    }
    return error;
  }
}
