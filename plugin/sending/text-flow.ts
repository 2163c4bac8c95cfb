/** The space between the written text and the next. */
interface Gap {
  readonly space: boolean;
  /** Whether a block begins or ends there. */
  readonly edge: boolean;
  /** Two line breaks make an empty line, and so do more. */
  readonly breaks: number;
}

const noGap: Gap = { space: false, edge: false, breaks: 0 };

/** Deeper lists are not indented further. */
const widestIndent = 12;

/** Flowing text as a page renders it: whitespace collapses, and blocks stand on lines of their own. */
export class TextFlow {
  readonly #pieces: string[] = [];
  #gap = noGap;
  #length = 0;
  #isLineStart = true;
  #isOneLine = true;
  #marker = '';
  #indent = '';

  get length(): number {
    return this.#length;
  }

  get isOneLine(): boolean {
    return this.#isOneLine;
  }

  text(text: string): void {
    for (const [index, word] of text.split(/[ \t\n\f\r]+/).entries()) {
      if (index > 0) {
        this.#gap = { ...this.#gap, space: true };
      }
      this.#write(word);
    }
  }

  /** Keeps all whitespace. */
  verbatim(text: string): void {
    for (const [index, line] of text.split(/\r\n?|\n/).entries()) {
      if (index > 0) {
        this.#closeGap();
        this.#endLines(1);
      }
      this.#write(line);
    }
  }

  /** Appends without a gap. */
  append(text: string): void {
    this.#push(text);
  }

  /** Begins or ends a block on lines of its own. */
  block(text: string, isOneLine: boolean): void {
    this.edge();
    const isIndented = !isOneLine && this.#indent !== '';
    this.#write(isIndented ? text.replaceAll('\n', `\n${this.#indent}`) : text);
    this.#isOneLine &&= isOneLine;
    this.edge();
  }

  edge(): void {
    this.#gap = { ...this.#gap, edge: true };
  }

  lineBreak(): void {
    const { breaks, edge } = this.#gap;
    // A block that begins with a break begins with an empty line.
    this.#gap = { ...this.#gap, breaks: breaks + (edge && breaks === 0 ? 2 : 1) };
  }

  /**
   * Begins a list item, whose first text follows `marker`.
   *
   * @returns a function that ends it.
   */
  item(marker: string): () => void {
    const around = this.#indent;
    this.edge();
    this.#marker = marker;
    this.#indent += around.length < widestIndent ? ' '.repeat(marker.length) : '';
    return () => {
      this.edge();
      this.#marker = '';
      this.#indent = around;
    };
  }

  written(): string {
    return this.#pieces.join('');
  }

  #write(text: string): void {
    if (text !== '') {
      this.#closeGap();
      this.#push(this.#marker + text);
      this.#marker = '';
      this.#isLineStart = false;
    }
  }

  #closeGap(): void {
    const { space, edge, breaks } = this.#gap;
    this.#gap = noGap;
    if (this.#length > 0 && (edge || breaks > 0)) {
      this.#endLines((breaks > 1 ? 2 : 1) - Number(this.#isLineStart));
    }
    if (this.#isLineStart) {
      this.#push(this.#indent.slice(this.#marker.length));
    } else if (space) {
      this.#push(' ');
    }
  }

  #endLines(count: number): void {
    this.#push('\n'.repeat(count));
    this.#isLineStart = true;
    this.#isOneLine = false;
  }

  #push(piece: string): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
  }
}
