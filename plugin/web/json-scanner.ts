import type { Spool } from './spool.js';

/** Strings and starts of other values: ten times what the largest message has. */
const mostParts = 10_000;
/** Longer texts are spooled. */
const longestInPlace = 16 * 1024;
/** Of all but the long texts. */
const mostBytes = 2 * 1024 * 1024;
/** Each is examined: twice as many as the longest text and HTML could have. */
const mostEscapedQuotes = 4_000_000;

/** The position of a text in the spool. */
interface Place {
  readonly start: number;
  readonly bytes: number;
}

const [quote, backslash] = [0x22, 0x5c];
const parts = new Set(Buffer.from('{[,'));

/**
 * Splits JSON (RFC 8259) as it arrives: long texts go to a spool and leave a placeholder, so that the part to parse at
 * once is small, however large the body is.
 */
export class JsonScanner {
  readonly #spool: Spool;
  /** The placeholder for a long text's number. */
  readonly #nameOf: (index: number) => string;
  readonly #longTexts: Place[] = [];
  #kept = Buffer.allocUnsafe(4096);
  #keptBytes = 0;
  #parts = 0;
  #escapedQuotes = 0;
  #isInText = false;
  /** Whether the last byte was a backslash that escapes the next. */
  #isEscaped = false;
  /** Length of the current text, which stays in memory while it is short. */
  #textBytes = 0;

  constructor(spool: Spool, nameOf: (index: number) => string) {
    this.#spool = spool;
    this.#nameOf = nameOf;
  }

  /** Complete long texts, raw: between the quotation marks, with escapes. */
  get longTexts(): readonly Place[] {
    return this.#longTexts;
  }

  /** Whether it exceeds what any form accepts, so that the rest need not be read. */
  get isTooMuch(): boolean {
    return (
      this.#parts > mostParts ||
      this.#keptBytes > mostBytes ||
      this.#escapedQuotes > mostEscapedQuotes
    );
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && !this.isTooMuch) {
      at = this.#isInText ? this.#takeText(chunk, at) : this.#takeRest(chunk, at);
    }
  }

  /** Everything but the long texts. */
  get json(): Buffer {
    return this.#kept.subarray(0, this.#keptBytes);
  }

  /** @returns where the next text begins. */
  #takeRest(chunk: Buffer, start: number): number {
    let at = start;
    while (at < chunk.length && chunk[at] !== quote) {
      // Parsed objects take a hundred times the memory of their JSON.
      this.#parts += parts.has(chunk[at] ?? 0) ? 1 : 0;
      at += 1;
    }
    this.#isInText = at < chunk.length;
    this.#parts += Number(this.#isInText);
    this.#keep(chunk.subarray(start, at + 1));
    return at + 1;
  }

  /** @returns where the text ended. */
  #takeText(chunk: Buffer, start: number): number {
    const end = this.#endOfText(chunk, start);
    this.#add(chunk.subarray(start, end));
    if (end < chunk.length) {
      this.#isInText = false;
      this.#endText(chunk.subarray(end, end + 1));
    }
    return end + 1;
  }

  #add(bytes: Buffer): void {
    const wasLong = this.#textBytes > longestInPlace;
    this.#textBytes += bytes.length;
    if (wasLong) {
      this.#spool.add(bytes);
    } else {
      this.#keep(bytes);
      this.#setAsideIfLong();
    }
  }

  #setAsideIfLong(): void {
    if (this.#textBytes > longestInPlace) {
      const start = this.#keptBytes - this.#textBytes;
      this.#spool.add(Buffer.from(this.#kept.subarray(start, this.#keptBytes)));
      this.#keptBytes = start;
    }
  }

  #endText(mark: Buffer): void {
    const bytes = this.#textBytes;
    if (bytes > longestInPlace) {
      this.#keep(Buffer.from(this.#nameOf(this.#longTexts.length)));
      this.#longTexts.push({ start: this.#spool.size - bytes, bytes });
    }
    this.#keep(mark);
    this.#textBytes = 0;
  }

  #keep(bytes: Buffer): void {
    const length = this.#keptBytes + bytes.length;
    if (length > this.#kept.length) {
      this.#kept = Buffer.concat([this.json], 2 * length);
    }
    bytes.copy(this.#kept, this.#keptBytes);
    this.#keptBytes = length;
  }

  #endOfText(chunk: Buffer, start: number): number {
    let from = start + Number(this.#isEscaped);
    this.#isEscaped = false;
    for (;;) {
      const end = nextQuote(chunk, from);
      const isEscaped = endsEscaping(chunk, from, end);
      if (end === chunk.length) {
        this.#isEscaped = isEscaped;
        return end;
      }
      if (!isEscaped) {
        return end;
      }
      this.#escapedQuotes += 1;
      from = end + 1;
    }
  }
}

/** Where there are many, a loop is faster than `indexOf` for each. */
const lookAheadBytes = 32;

function nextQuote(chunk: Buffer, from: number): number {
  const near = Math.min(from + lookAheadBytes, chunk.length);
  for (let at = from; at < near; at += 1) {
    if (chunk[at] === quote) {
      return at;
    }
  }
  const found = chunk.indexOf(quote, near);
  return found === -1 ? chunk.length : found;
}

/** Whether an odd number of backslashes precedes `end`. */
function endsEscaping(chunk: Buffer, start: number, end: number): boolean {
  let before = end;
  while (before > start && chunk[before - 1] === backslash) {
    before -= 1;
  }
  return (end - before) % 2 === 1;
}
