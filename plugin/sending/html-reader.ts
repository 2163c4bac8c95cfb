import { Parser } from 'htmlparser2';

export type Attributes = Readonly<Record<string, string>>;

/** Events of reading HTML from start to end. Opened elements are closed in reverse order. */
export interface HtmlReading {
  readonly opened?: (name: string, attributes: Attributes) => void;
  readonly closed?: (name: string) => void;
  readonly text?: (text: string) => void;
  /** An end tag in the source, before it closes anything; `at` is its position. */
  readonly endTag?: (name: string, at: number) => void;
}

/** Parses any HTML as browsers do, in linear time. */
export function readHtml(html: string, reading: HtmlReading): void {
  new BoundedParser(html, reading).end(html);
}

/** The library scans all open elements at each tag, and Chromium nests at most 512. */
const deepest = 256;

/** Their content is not HTML, so they contain no other elements. */
const raw = new Set('script style title textarea xmp iframe noembed noframes plaintext'.split(' '));

/** An element nested deeper than any page needs is empty: its content follows it. */
class BoundedParser extends Parser {
  readonly #html: string;
  readonly #reading: HtmlReading;
  readonly #open: readonly string[];
  #isFull = false;

  constructor(html: string, reading: HtmlReading) {
    const open: string[] = [];
    super({
      onopentag(name, attributes) {
        open.push(name);
        reading.opened?.(name, attributes);
      },
      onclosetag(name) {
        // A tag cut off by the end of the text is closed without having been opened.
        if (open.at(-1) === name) {
          open.pop();
          reading.closed?.(name);
        }
      },
      ontext(text) {
        reading.text?.(text);
      },
    });
    this.#html = html;
    this.#reading = reading;
    this.#open = open;
  }

  override onopentagname(start: number, end: number): void {
    this.#isFull = this.#open.length >= deepest;
    super.onopentagname(start, end);
  }

  override onclosetag(start: number, end: number): void {
    this.#isFull = false;
    this.#reading.endTag?.(this.#html.slice(start, end).toLowerCase(), start - '</'.length);
    super.onclosetag(start, end);
  }

  protected override isVoidElement(name: string): boolean {
    return super.isVoidElement(name) || (this.#isFull && !raw.has(name));
  }
}
