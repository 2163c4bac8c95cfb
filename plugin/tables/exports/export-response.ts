import { once } from 'node:events';
import type { Response } from 'express';
import { AppError } from '../../errors.js';
import type { ExportJob, ThreadMessage } from './export-job.js';
import type { ExportState, ExportStore } from './export-store.js';
import { madeByThread } from './export-thread.js';

const reportEveryMs = 1000;
/** A client that takes nothing for so long holds up others, who wait for its thread. */
const longestStallMs = 60_000;

/** Where an export is answered and where it is known of. */
interface Answering {
  readonly store: ExportStore;
  readonly res: Response;
  readonly id: string;
  readonly longestStallMs?: number;
}

/** Such as a PDF file of too many rows. */
class RefusedExportError extends AppError {
  override readonly name = 'RefusedExportError';
  readonly status = 422;
}

/**
 * Answers with the file that a job makes, as it is made. What goes wrong on the way closes the connection, so that no
 * client takes what it has for the whole file.
 */
export class ExportResponse {
  readonly #store: ExportStore;
  readonly #res: Response;
  readonly #id: string;
  readonly #longestStallMs: number;
  readonly #aborted = new AbortController();
  #rowsDone = 0;
  #rowsTotal = 0;

  constructor({ store, res, id, ...limits }: Answering) {
    this.#store = store;
    this.#res = res;
    this.#id = id;
    this.#longestStallMs = limits.longestStallMs ?? longestStallMs;
  }

  /** @throws what the thread did, unless the client went away or somebody cancelled the export. */
  async send(job: ExportJob, fileName: string): Promise<void> {
    const abort = (): void => this.#aborted.abort();
    this.#res.once('close', abort);
    if (this.#res.destroyed) {
      abort();
    }
    const reporting = setInterval(() => void this.#report(), reportEveryMs);
    let state: ExportState = 'failed';
    try {
      for await (const made of madeByThread(job, this.#aborted.signal)) {
        await this.#take(made, fileName);
      }
      this.#res.end();
      state = 'done';
    } catch (error) {
      if (!this.#aborted.signal.aborted) {
        throw error;
      }
      state = 'cancelled';
      this.#res.destroy();
    } finally {
      clearInterval(reporting);
      this.#res.off('close', abort);
      await this.#end(state);
    }
  }

  /** One whose end cannot be told counts as failed after a while. */
  async #end(state: ExportState): Promise<void> {
    await this.#store.end(this.#id, state, this.#rowsDone).catch(() => {});
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
        if (!this.#res.write(made.bytes)) {
          await this.#drained();
        }
        return;
      case 'end':
        this.#rowsDone = made.rowsDone;
    }
  }

  async #drained(): Promise<void> {
    const stalled = setTimeout(() => this.#aborted.abort(), this.#longestStallMs);
    try {
      await once(this.#res, 'drain', { signal: this.#aborted.signal });
    } finally {
      clearTimeout(stalled);
    }
  }

  /** What cannot be told now is told a second later. */
  async #report(): Promise<void> {
    const progress = { rowsDone: this.#rowsDone, rowsTotal: this.#rowsTotal };
    const isRunning = await this.#store.report(this.#id, progress).catch(() => true);
    if (!isRunning) {
      this.#aborted.abort();
    }
  }
}
