import { Parser } from 'htmlparser2';

export type Attributes = Readonly<Record<string, string>>;

/** What happens as HTML is read, from its beginning to its end. What is opened is closed, in reverse order. */
export interface HtmlReading {
  readonly opened?: (name: string, attributes: Attributes) => void;
  readonly closed?: (name: string) => void;
  readonly text?: (text: string) => void;
  /** An end tag as it is written, before it closes anything; `at` is where it begins. */
  readonly endTag?: (name: string, at: number) => void;
}

/** Reads any HTML as browsers do, in a time that grows as the text does. */
export function readHtml(html: string, reading: HtmlReading): void {
  new BoundedParser(html, reading).end(html);
}

/** The library looks through all open elements at each tag, and Chromium nests no more than 512. */
const deepest = 256;

/** What is in them is no HTML, so that they hold no others. */
const raw = new Set('script style title textarea xmp iframe noembed noframes plaintext'.split(' '));

/** An element that is nested deeper than any page needs holds nothing: what is in it comes after it. */
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
        // A tag that the end of the text cuts off is closed without having been opened.
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
