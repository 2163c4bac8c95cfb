import { ConnectionError } from './connection-error.js';

/** What an attempt that is cut off in the middle looks like. */
const interruptions: ReadonlySet<string> = new Set([
  'connection-lost',
  'tls-failed',
  'token-unavailable',
]);

/** The most that somebody waits for on a page, whatever another server does. */
export const waitedForMs = 10_000;

/** One time limit for all that an attempt does, or for each of its phases after the other. */
export class Deadline {
  /** Of the first phase. */
  readonly ms: number;
  readonly #end = new AbortController();
  #timer: NodeJS.Timeout;

  constructor(ms: number) {
    this.ms = ms;
    this.#timer = this.#endIn(ms);
  }

  get signal(): AbortSignal {
    return this.#end.signal;
  }

  /** A phase came to its end in time, and the next one has so long. */
  begin(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = this.#endIn(ms);
  }

  /** The attempt came to its end in time. */
  lift(): void {
    clearTimeout(this.#timer);
  }

  /**
   * Why the attempt failed: `timed-out` where the end of the time cut it off, otherwise the error itself. What is still
   * going on for it ends.
   */
  failureOf(error: unknown): unknown {
    const isLate = this.signal.aborted;
    this.lift();
    this.#end.abort();
    const isCutOff = !(error instanceof ConnectionError) || interruptions.has(error.failure);
    return isLate && isCutOff ? new ConnectionError('timed-out', { cause: error }) : error;
  }

  #endIn(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.#end.abort(), ms);
  }
}
