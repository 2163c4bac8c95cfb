import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

/** The text of growing log files, of which each byte is read once. */
export class GrowingLog {
  readonly #files: readonly LogFile[];
  #text = '';

  constructor(files: readonly string[]) {
    this.#files = files.map((file) => new LogFile(file));
  }

  /** All text so far, in the order in which it was read. */
  read(): string {
    for (const file of this.#files) {
      this.#text += file.more();
    }
    return this.#text;
  }
}

class LogFile {
  readonly #path: string;
  readonly #decoder = new StringDecoder('utf8');
  #readBytes = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** The text since the last call. */
  more(): string {
    if (!existsSync(this.#path)) {
      return '';
    }
    const file = openSync(this.#path, 'r');
    try {
      const bytes = Buffer.alloc(Math.max(0, fstatSync(file).size - this.#readBytes));
      this.#readBytes += readSync(file, bytes, 0, bytes.length, this.#readBytes);
      return this.#decoder.write(bytes);
    } finally {
      closeSync(file);
    }
  }
}
