import { statfs } from 'node:fs/promises';
import type { Request } from 'express';
import { InsufficientStorageError, TooManyRequestsError } from '../errors.js';
import { Spool } from './spool.js';

const largeBytes = 1024 * 1024;
const mostLargeAtOnce = 2;

/** Which requests with a body are read: while there is room on the disk, and few large ones at once. */
export class Intake {
  readonly #spoolFolder: string;
  readonly #folders: readonly string[];
  readonly #leastFreeBytes: number;
  readonly #large = new Map<number, number>();

  /** @param parts `folders` have what fills up; what is being read goes to a file in the first. */
  constructor(parts: {
    readonly folders: readonly [string, ...string[]];
    readonly leastFreeBytes: number;
  }) {
    this.#spoolFolder = parts.folders[0];
    this.#folders = parts.folders;
    this.#leastFreeBytes = parts.leastFreeBytes;
  }

  /**
   * Runs what reads and takes the body of a request of an account, with a place for what is set aside meanwhile. Whether
   * there is room is asked again as it grows: many come at once, to several processes, and not all say how long they are.
   *
   * @throws {InsufficientStorageError} when there is no room. @throws {TooManyRequestsError} while the account hands in
   * two large bodies already.
   */
  async take<T>(req: Request, accountId: number, work: (spool: Spool) => Promise<T>): Promise<T> {
    const bytes = announcedBytes(req);
    await this.#assertRoom(bytes ?? 0);
    const isLarge = bytes === undefined || bytes > largeBytes;
    return await this.#withSpool((spool) =>
      isLarge ? this.#oneOfFew(accountId, () => work(spool)) : work(spool),
    );
  }

  /** Runs what reads a form with a file, however small, in the same way. @throws as `take` does. */
  async takeFile(req: Request, accountId: number, work: () => Promise<void>): Promise<void> {
    await this.#assertRoom(announcedBytes(req) ?? 0);
    await this.#oneOfFew(accountId, work);
  }

  async #assertRoom(bytes: number): Promise<void> {
    for (const folder of this.#folders) {
      const { bavail, bsize } = await statfs(folder);
      if (bavail * bsize - bytes < this.#leastFreeBytes) {
        throw new InsufficientStorageError('errors.no-room');
      }
    }
  }

  async #oneOfFew<T>(accountId: number, work: () => Promise<T>): Promise<T> {
    const others = this.#large.get(accountId) ?? 0;
    if (others >= mostLargeAtOnce) {
      throw new TooManyRequestsError('errors.too-many-large', { most: mostLargeAtOnce });
    }
    this.#large.set(accountId, others + 1);
    try {
      return await work();
    } finally {
      const left = (this.#large.get(accountId) ?? 1) - 1;
      if (left === 0) {
        this.#large.delete(accountId);
      } else {
        this.#large.set(accountId, left);
      }
    }
  }

  async #withSpool<T>(work: (spool: Spool) => Promise<T>): Promise<T> {
    const spool = new Spool(this.#spoolFolder, (bytes) => this.#assertRoom(bytes));
    try {
      return await work(spool);
    } finally {
      await spool.close();
    }
  }
}

/** Undefined where it comes in chunks, so that nobody knows. */
function announcedBytes(req: Request): number | undefined {
  const length = req.get('content-length');
  return length === undefined ? undefined : Number(length);
}
