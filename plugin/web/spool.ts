import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { InsufficientStorageError } from '../errors.js';

/** So much of a request is kept in memory; the rest is in a file. */
const mostInMemory = 1024 * 1024;
const pieceBytes = 768 * 1024;

/** Bytes of a request that are set aside while the rest of it is read. */
export class Spool {
  readonly #folder: string;
  readonly #assertRoom: (bytes: number) => Promise<void>;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #file: FileHandle | undefined;
  #writtenBytes = 0;

  /** @param assertRoom is asked before more is written whether all of it can be stored again. */
  constructor(folder: string, assertRoom: (bytes: number) => Promise<void> = async () => {}) {
    this.#folder = folder;
    this.#assertRoom = assertRoom;
  }

  get size(): number {
    return this.#writtenBytes + this.#waitingBytes;
  }

  add(bytes: Buffer): void {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
  }

  /** Writes to the file what is too much for the memory. @throws {InsufficientStorageError} when the disk is full. */
  async settle(): Promise<void> {
    if (this.#waitingBytes > mostInMemory) {
      await this.#write();
    }
  }

  /** All of it is there to be read: nothing is added any more. @throws {InsufficientStorageError} */
  async seal(): Promise<void> {
    if (this.#file !== undefined) {
      await this.#write();
    }
    this.#waiting = [Buffer.concat(this.#waiting)];
  }

  /** Bytes of a sealed spool, in pieces of `pieceBytes`. */
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

  async #write(): Promise<void> {
    await this.#assertRoom(this.#waitingBytes + this.size);
    try {
      this.#file ??= await openNameless(this.#folder);
      for (const bytes of this.#waiting) {
        // A single write may take less than it is given.
        await this.#file.appendFile(bytes);
        this.#writtenBytes += bytes.length;
      }
    } catch (error) {
      throw isFull(error) ? new InsufficientStorageError('errors.no-room', {}, error) : error;
    }
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}

/** A file that is gone as soon as it is closed, also when the process ends without closing it. */
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
