import { once } from 'node:events';
import type { Response } from 'express';
import { AppError } from '../errors.js';
import { whileRenewing } from '../jobs/lease.js';
import type { ExportJob, ThreadMessage } from './export-job.js';
import type { ExportState, ExportStore } from './export-store.js';
import { madeByThread } from './export-thread.js';
import { Pace, type PaceLimits, paceLimits } from './pace.js';
import { places } from './places.js';

const reportEveryMs = 1000;
/** Slice to await at a time, so that progress of a slow client is noticed. */
const sliceBytes = 32 * 1024;

/** The response of an export and where its progress is recorded. */
interface Answering {
  readonly store: ExportStore;
  readonly res: Response;
  readonly accountId: number;
  /** Undefined if it could not be recorded. */
  readonly id: string | undefined;
  readonly pace?: PaceLimits;
}

/** An export that is refused, such as a PDF file of too many rows. */
class RefusedExportError extends AppError {
  override readonly name = 'RefusedExportError';
  readonly status = 422;
}

/**
 * Streams the file of an export job as it is made. A failure closes the connection, so that no client takes a partial
 * file for the whole.
 */
export class ExportResponse {
  readonly #store: ExportStore;
  readonly #res: Response;
  readonly #accountId: number;
  readonly #id: string | undefined;
  readonly #pace: Pace;
  readonly #aborted = new AbortController();
  #rowsDone = 0;
  #rowsTotal = 0;

  constructor({ store, res, accountId, id, pace = paceLimits }: Answering) {
    this.#store = store;
    this.#res = res;
    this.#accountId = accountId;
    this.#id = id;
    this.#pace = new Pace(pace, () => this.#abort('too-slow'));
  }

  /** @throws the thread's error, unless the client went away or the export was cancelled. */
  async send(job: ExportJob, fileName: string): Promise<void> {
    const abort = (): void => this.#abort('cancelled');
    this.#res.once('close', abort);
    if (this.#res.destroyed) {
      abort();
    }
    let state: ExportState = 'failed';
    let leavePlace: (() => void) | undefined;
    try {
      leavePlace = this.#takePlace();
      const report = (): Promise<void> => this.#report();
      await whileRenewing(report, () => this.#answer(job, fileName), reportEveryMs);
      // What was cancelled since the last report does not end as if it were complete.
      await report();
      this.#aborted.signal.throwIfAborted();
      this.#res.end();
      state = 'done';
    } catch (error) {
      if (!this.#aborted.signal.aborted) {
        throw error;
      }
      state = this.#aborted.signal.reason;
      this.#res.destroy();
    } finally {
      leavePlace?.();
      this.#res.off('close', abort);
      await this.#end(state);
    }
  }

  async #answer(job: ExportJob, fileName: string): Promise<void> {
    for await (const made of madeByThread(job, this.#aborted.signal)) {
      await this.#take(made, fileName);
    }
  }

  #takePlace(): () => void {
    return places.take({
      accountId: this.#accountId,
      bytesPerSecond: () => this.#pace.bytesPerSecond,
      giveWay: () => this.#abort('too-slow'),
    });
  }

  #abort(state: ExportState): void {
    this.#aborted.abort(state);
  }

  /** An export whose end cannot be recorded counts as failed after a while. */
  async #end(state: ExportState): Promise<void> {
    if (this.#id !== undefined) {
      await this.#store.end(this.#id, state, this.#rowsDone).catch(() => {});
    }
  }

  async #take(made: ThreadMessage, fileName: string): Promise<void> {
    switch (made.kind) {
      case 'refused':
        throw new RefusedExportError(made.key, made.args);
      case 'counted':
        this.#rowsTotal = made.rowCount;
        await this.#report();
        return;
      case 'chunk':
        this.#rowsDone = made.rowsDone;
        if (!this.#res.headersSent) {
          this.#res.attachment(fileName).setHeader('Cache-Control', 'no-store');
        }
        await this.#write(made.bytes);
        return;
      case 'end':
        this.#rowsDone = made.rowsDone;
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let start = 0; start < bytes.length; start += sliceBytes) {
      const slice = bytes.subarray(start, start + sliceBytes);
      if (this.#res.write(slice)) {
        this.#pace.took(slice.length);
      } else {
        const drained = once(this.#res, 'drain', { signal: this.#aborted.signal });
        await this.#pace.waitFor(slice.length, drained);
      }
    }
  }

  /** Progress that cannot be recorded now is recorded a second later. */
  async #report(): Promise<void> {
    if (this.#id === undefined) {
      return;
    }
    const progress = { rowsDone: this.#rowsDone, rowsTotal: this.#rowsTotal };
    const isRunning = await this.#store.report(this.#id, progress).catch(() => true);
    if (!isRunning) {
      this.#abort('cancelled');
    }
  }
}
