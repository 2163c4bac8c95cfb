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
  readonly signal: AbortSignal;

  constructor(ms: number) {
    this.ms = ms;
    this.signal = AbortSignal.timeout(ms);
  }

  /**
   * Why the attempt failed.
   *
   * @throws what was thrown if it has nothing to do with sending.
   */
  failureOf(error: unknown): SendingError {
    const isFailure = error instanceof SendingError;
    if (this.signal.aborted && (!isFailure || interruptions.has(error.outcome))) {
      return new SendingError('timed-out', { cause: error });
    }
    if (!isFailure) {
      throw error;
    }
    return error;
  }
}
