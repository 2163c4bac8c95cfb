import { ConnectionError } from './connection-error.js';

/** Errors of operations that are cut off. */
const interruptions: ReadonlySet<string> = new Set([
  'connection-lost',
  'tls-failed',
  'token-unavailable',
]);

/** The longest wait on a page, whatever another server does. */
export const waitedForMs = 10_000;

/** A time limit for a whole attempt, or for each of its phases in turn. */
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

  /** Ends a phase in time and begins the next, with its own limit. */
  begin(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = this.#endIn(ms);
  }

  /** Lifts the limit: the attempt ended in time. */
  lift(): void {
    clearTimeout(this.#timer);
  }

  /**
   * Why the attempt failed: `timed-out` if the deadline cut it off, otherwise the error itself. Aborts its pending
   * work.
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
