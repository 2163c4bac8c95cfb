const lineFeed = 10;
const carriageReturn = 13;

/** Finds the lines on which records begin; the library counts line breaks within fields twice. */
export class LineCounter {
  readonly #content: Buffer;
  #at = 0;
  #line = 1;

  constructor(content: Buffer) {
    this.#content = content;
  }

  /** The line on which the record begins that ends before this byte. Records come in their order. */
  beginOf(end: number): number {
    while (this.#at < end && this.#isBreak(this.#at)) {
      this.#goOn();
    }
    const begin = this.#line;
    while (this.#at < end) {
      this.#goOn();
    }
    return begin;
  }

  #goOn(): void {
    const isPair =
      this.#content[this.#at] === carriageReturn && this.#content[this.#at + 1] === lineFeed;
    this.#line += Number(this.#isBreak(this.#at) && !isPair);
    this.#at += 1;
  }

  #isBreak(at: number): boolean {
    const byte = this.#content[at];
    return byte === lineFeed || byte === carriageReturn;
  }
}
