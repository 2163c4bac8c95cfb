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
export interface Place {
  readonly start: number;
  readonly bytes: number;
  /** False if it is longer than its field accepts. */
  readonly isStored: boolean;
}

const [quote, backslash, colon] = [0x22, 0x5c, 0x3a];
const parts = new Set(Buffer.from('{[,'));

/**
 * Splits JSON (RFC 8259) as it arrives: long texts go to a spool and leave a placeholder, so that the part to parse at
 * once is small, however large the body is. What exceeds its field's limit is measured but not stored.
 */
export class JsonScanner {
  readonly #spool: Spool;
  /** The placeholder for a long text's number. */
  readonly #nameOf: (index: number) => string;
  /** The bytes that a field accepts at most, raw; the name is undefined for an item of a list. */
  readonly #longestOf: (field: string | undefined) => number;
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
  /** Where the current long text begins in the spool, and how long it may become. */
  #place = { start: 0, most: 0 };
  /** Where the last short text stands in what is kept. */
  #lastText = { start: 0, end: 0 };

  constructor(
    spool: Spool,
    nameOf: (index: number) => string,
    longestOf: (field: string | undefined) => number,
  ) {
    this.#spool = spool;
    this.#nameOf = nameOf;
    this.#longestOf = longestOf;
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
      this.#store(bytes);
    } else {
      this.#keep(bytes);
      this.#setAsideIfLong();
    }
  }

  #setAsideIfLong(): void {
    if (this.#textBytes > longestInPlace) {
      const start = this.#keptBytes - this.#textBytes;
      this.#place = { start: this.#spool.size, most: this.#longestOf(this.#fieldAt(start)) };
      this.#store(Buffer.from(this.#kept.subarray(start, this.#keptBytes)));
      this.#keptBytes = start;
    }
  }

  #store(bytes: Buffer): void {
    if (this.#textBytes <= this.#place.most) {
      this.#spool.add(bytes);
    }
  }

  /** The name of the field whose text begins here; undefined for an item of a list. */
  #fieldAt(start: number): string | undefined {
    const { start: first, end } = this.#lastText;
    const isValue = this.#kept.subarray(end, start).includes(colon);
    return isValue ? parsedText(this.#kept.subarray(first, end)) : undefined;
  }

  #endText(mark: Buffer): void {
    const bytes = this.#textBytes;
    if (bytes > longestInPlace) {
      this.#keep(Buffer.from(this.#nameOf(this.#longTexts.length)));
      const { start, most } = this.#place;
      this.#longTexts.push({ start, bytes, isStored: bytes <= most });
    }
    this.#lastText = { start: this.#keptBytes - bytes, end: this.#keptBytes };
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

function parsedText(raw: Buffer): string | undefined {
  try {
    return String(JSON.parse(`"${raw.toString()}"`));
  } catch {
    return undefined;
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
