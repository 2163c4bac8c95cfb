import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { InsufficientStorageError } from '../errors.js';

/** Bytes of a request kept in memory; the rest goes to a file. */
const mostInMemory = 1024 * 1024;
const pieceBytes = 768 * 1024;
/** Smaller chunks are copied: they may be views of much larger buffers, and there can be a million of them. */
const smallBytes = 8 * 1024;
const pageBytes = 64 * 1024;

/** Holds bytes of a request while the rest is read. */
export class Spool {
  readonly #folder: string;
  readonly #assertRoom: (bytes: number) => Promise<void>;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** Collects consecutive small chunks. */
  #page = Buffer.alloc(0);
  #pageBytes = 0;
  #file: FileHandle | undefined;
  #writtenBytes = 0;

  /** @param assertRoom checks before each write whether everything can be stored a second time. */
  constructor(folder: string, assertRoom: (bytes: number) => Promise<void> = async () => {}) {
    this.#folder = folder;
    this.#assertRoom = assertRoom;
  }

  get size(): number {
    return this.#writtenBytes + this.#waitingBytes;
  }

  add(bytes: Buffer): void {
    this.#waitingBytes += bytes.length;
    if (bytes.length < smallBytes) {
      this.#addToPage(bytes);
    } else {
      this.#endPage();
      this.#waiting.push(bytes);
    }
  }

  /**
   * Writes what exceeds the memory limit to the file.
   *
   * @returns a promise of the write; undefined if there is nothing to wait for.
   * @throws {InsufficientStorageError} when the disk is full.
   */
  settle(): Promise<void> | undefined {
    return this.#waitingBytes > mostInMemory ? this.#write() : undefined;
  }

  /** Ends writing and makes everything readable. @throws {InsufficientStorageError} */
  async seal(): Promise<void> {
    if (this.#file !== undefined) {
      await this.#write();
    }
    this.#endPage();
    this.#waiting = [Buffer.concat(this.#waiting)];
  }

  /** Reads from a sealed spool in pieces of `pieceBytes`. */
  async *read(start: number, length: number): AsyncGenerator<Buffer, void, undefined> {
    const end = start + length;
    for (let at = start; at < end; at += pieceBytes) {
      yield await this.#piece(at, Math.min(pieceBytes, end - at));
    }
  }

  async close(): Promise<void> {
    this.#waiting = [];
    await this.#file?.close();
    this.#file = undefined;
  }

  async #piece(at: number, length: number): Promise<Buffer> {
    if (this.#file === undefined) {
      return this.#waiting[0]?.subarray(at, at + length) ?? Buffer.alloc(0);
    }
    const piece = Buffer.allocUnsafe(length);
    const { bytesRead } = await this.#file.read(piece, 0, length, at);
    return piece.subarray(0, bytesRead);
  }

  #addToPage(bytes: Buffer): void {
    if (this.#pageBytes + bytes.length > this.#page.length) {
      this.#endPage();
      this.#page = Buffer.allocUnsafe(pageBytes);
    }
    bytes.copy(this.#page, this.#pageBytes);
    this.#pageBytes += bytes.length;
  }

  #endPage(): void {
    if (this.#pageBytes > 0) {
      this.#waiting.push(this.#page.subarray(0, this.#pageBytes));
      this.#page = this.#page.subarray(this.#pageBytes);
      this.#pageBytes = 0;
    }
  }

  async #write(): Promise<void> {
    this.#endPage();
    await this.#assertRoom(this.#waitingBytes + this.size);
    try {
      this.#file ??= await openNameless(this.#folder);
      await writeAll(this.#file, this.#waiting);
    } catch (error) {
      throw isFull(error) ? new InsufficientStorageError('errors.no-room', {}, error) : error;
    }
    this.#writtenBytes += this.#waitingBytes;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}

/**
 * Writes many buffers at once, since each call costs as much as a hundred kilobytes; a call may write fewer than it is
 * given.
 */
async function writeAll(file: FileHandle, buffers: readonly Buffer[]): Promise<void> {
  let rest = [...buffers];
  while (rest.length > 0) {
    const { bytesWritten } = await file.writev(rest);
    rest = after(rest, bytesWritten);
  }
}

/** The buffers after the first bytes. */
function after(buffers: readonly Buffer[], bytes: number): Buffer[] {
  let left = bytes;
  return buffers.flatMap((each) => {
    const skipped = Math.min(left, each.length);
    left -= skipped;
    return skipped === each.length ? [] : [each.subarray(skipped)];
  });
}

/** An unlinked file, which disappears when it is closed, also if the process crashes. */
async function openNameless(folder: string): Promise<FileHandle> {
  const path = join(folder, `.body-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}

function isFull(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT'].includes(String(error.code))
  );
}
