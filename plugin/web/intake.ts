import { statfs } from 'node:fs/promises';
import type { Request } from 'express';
import { InsufficientStorageError, TooManyRequestsError } from '../errors.js';
import { Spool } from './spool.js';

export const largeBytes = 1024 * 1024;
export const mostLargeAtOnce = 2;

interface IntakeParts {
  readonly folders: readonly [string, ...string[]];
  readonly leastFreeBytes: number;
}

/** Admits request bodies while the disk has room and an account has few large ones in flight. */
export class Intake {
  readonly #spoolFolder: string;
  readonly #parts: IntakeParts;
  readonly #large = new Map<number, number>();

  /** @param parts `folders` are on the disks that fill up; bodies are spooled to the first. */
  constructor(parts: IntakeParts) {
    this.#parts = parts;
    this.#spoolFolder = parts.folders[0];
  }

  /**
   * Runs a reader of an account's request body, with a spool for large texts. Checks the free space again as the body
   * grows: many arrive at once, in several processes, and not all announce their length.
   *
   * @throws {InsufficientStorageError} when there is no room.
   * @throws {TooManyRequestsError} while the account sends two large bodies already.
   */
  async take<T>(req: Request, accountId: number, work: (spool: Spool) => Promise<T>): Promise<T> {
    const bytes = announcedBytes(req);
    await this.#assertRoom(bytes ?? 0);
    const isLarge = bytes === undefined || bytes > largeBytes;
    return await this.#withSpool((spool) =>
      isLarge ? this.#oneOfFew(accountId, () => work(spool)) : work(spool),
    );
  }

  /**
   * The same for a form with a file, however small.
   *
   * @throws as `take` does.
   */
  async takeFile(req: Request, accountId: number, work: () => Promise<void>): Promise<void> {
    await this.#assertRoom(announcedBytes(req) ?? 0);
    await this.#oneOfFew(accountId, work);
  }

  async #assertRoom(bytes: number): Promise<void> {
    for (const folder of this.#parts.folders) {
      const { bavail, bsize } = await statfs(folder);
      if (bavail * bsize - bytes < this.#parts.leastFreeBytes) {
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

/** Undefined for chunked bodies, whose length is unknown. */
function announcedBytes(req: Request): number | undefined {
  const length = req.get('content-length');
  return length === undefined ? undefined : Number(length);
}
