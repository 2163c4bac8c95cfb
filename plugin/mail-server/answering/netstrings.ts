/** The bytes are no netstring, or exceed the limit. */
export class NetstringError extends Error {
  override readonly name = 'NetstringError';
}

/** `LENGTH:CONTENT,` (https://cr.yp.to/proto/netstrings.txt). */
export function netstring(content: string): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from(`${bytes.length}:`), bytes, Buffer.from(',')]);
}

/** Reads netstrings from a stream, however its bytes arrive. */
export class NetstringReader {
  readonly #longest: number;
  #pending: Buffer = Buffer.alloc(0);

  /** @param longest content accepted, in bytes. */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /**
   * The contents that these bytes complete.
   *
   * @throws {NetstringError}
   */
  *read(bytes: Buffer): Generator<string> {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    for (;;) {
      const header = this.#header();
      if (header === undefined || this.#pending.length <= header.end) {
        return;
      }
      if (this.#pending[header.end] !== comma) {
        throw new NetstringError();
      }
      yield this.#pending.toString('utf8', header.start, header.end);
      this.#pending = this.#pending.subarray(header.end + 1);
    }
  }

  /** Where the next content starts and ends, once its length is known. */
  #header(): { readonly start: number; readonly end: number } | undefined {
    const digits = String(this.#longest).length;
    const start = this.#pending.subarray(0, digits + 1).indexOf(':') + 1;
    const text = this.#pending.toString('latin1', 0, start === 0 ? digits + 1 : start - 1);
    if (start === 0 && this.#pending.length <= digits && /^(?:|0|[1-9]\d*)$/.test(text)) {
      return undefined;
    }
    const length = /^(?:0|[1-9]\d*)$/.test(text) ? Number(text) : Infinity;
    if (start === 0 || length > this.#longest) {
      throw new NetstringError();
    }
    return { start, end: start + length };
  }
}

const comma = 0x2c;
