/** What stands between what was written and what comes next. */
interface Gap {
  readonly space: boolean;
  /** Whether a block begins or ends there. */
  readonly edge: boolean;
  /** Two line breaks are an empty line, and so are more. */
  readonly breaks: number;
}

const noGap: Gap = { space: false, edge: false, breaks: 0 };

/** Deeper lists stand below each other. */
const widestIndent = 12;

/** Text as it flows on a page: blanks are one space, and blocks stand on lines of their own. */
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

  /** With all its blanks. */
  verbatim(text: string): void {
    for (const [index, line] of text.split(/\r\n?|\n/).entries()) {
      if (index > 0) {
        this.#closeGap();
        this.#endLines(1);
      }
      this.#write(line);
    }
  }

  /** Directly after what is written. */
  append(text: string): void {
    this.#push(text);
  }

  /** On lines of its own. */
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

  /** Begins an item of a list, whose first text stands after `marker`. @returns what ends it. */
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
