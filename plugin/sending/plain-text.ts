import { type Look, keepsBlanks, lookOf } from './html-elements.js';
import { type Attributes, readHtml } from './html-reader.js';
import { TextFlow } from './text-flow.js';

/**
 * HTML as text, for people who read mail as text: blocks and table rows on lines of their own, cells separated, and
 * links with their targets. Accepts any HTML, also that of programs.
 */
export function plainTextOf(html: string): string {
  const writer = new TextWriter();
  readHtml(html, writer);
  return writer.written();
}

/** Closes what an element opened. */
type End = () => void;

interface Link {
  readonly place: string;
  /** The link's text, which may be the target itself. */
  text: string;
  hasImage: boolean;
}

interface Row {
  /** Undefined within a cell, which belongs to no other row. */
  readonly cells: TextFlow[] | undefined;
}

class TextWriter {
  readonly #flows = [new TextFlow()];
  readonly #ends: End[] = [];
  readonly #rows: Row[] = [];
  readonly #lists: (() => string)[] = [];
  readonly #links: Link[] = [];
  readonly #keepsBlanks = [false];
  #hidden = 0;
  #isPreStart = false;

  readonly #begin: Readonly<Record<Look, (attributes: Attributes, name: string) => End>> = {
    hidden: () => this.#hide(),
    block: () => this.#block(),
    'line-break': () => {
      this.#flow.lineBreak();
      return nothing;
    },
    rule: () => {
      this.#flow.block('---', true);
      return nothing;
    },
    list: (attributes, name) => this.#list(attributes, name),
    item: () => this.#flow.item(this.#lists.at(-1)?.() ?? '- '),
    row: () => this.#row(),
    cell: () => this.#cell(),
    link: (attributes) => this.#link(attributes),
    image: (attributes) => this.#image(attributes),
    quotation: () => {
      this.#flow.text('"');
      return () => this.#flow.append('"');
    },
    inline: () => nothing,
  };

  readonly opened = (name: string, attributes: Attributes): void => {
    const look = this.#hidden > 0 ? 'hidden' : lookOf(name, attributes);
    const end = this.#begin[look](attributes, name);
    const keeps = keepsBlanks(name, attributes) ?? this.#keepsBlanks.at(-1) ?? false;
    this.#keepsBlanks.push(keeps);
    this.#isPreStart = name === 'pre';
    this.#ends.push(() => {
      this.#keepsBlanks.pop();
      end();
    });
  };

  readonly closed = (): void => {
    this.#ends.pop()?.();
  };

  readonly text = (text: string): void => {
    if (this.#hidden > 0) {
      return;
    }
    const link = this.#links.at(-1);
    if (link !== undefined && link.text.length <= link.place.length) {
      link.text += text;
    }
    // Soft hyphens only show at the end of a line, and no line ends there.
    const seen = text.replaceAll('\u00AD', '');
    if (this.#keepsBlanks.at(-1) === true) {
      this.#flow.verbatim(this.#isPreStart ? seen.replace(/^\r?\n/, '') : seen);
    } else {
      this.#flow.text(seen);
    }
    this.#isPreStart = false;
  };

  written(): string {
    const lines = this.#flow.written().split('\n');
    return lines
      .map((line) => line.trimEnd())
      .join('\n')
      .replace(/^\n+/, '')
      .trimEnd();
  }

  get #flow(): TextFlow {
    return this.#flows.at(-1) ?? new TextFlow();
  }

  #hide(): End {
    this.#hidden += 1;
    return () => {
      this.#hidden -= 1;
    };
  }

  #block(): End {
    this.#flow.edge();
    return () => this.#flow.edge();
  }

  #list({ start = '' }: Attributes, name: string): End {
    let next = /^\d{1,6}$/.test(start) ? Number(start) : 1;
    this.#lists.push(name === 'ol' ? () => `${next++}. ` : () => '- ');
    const end = this.#block();
    return () => {
      this.#lists.pop();
      end();
    };
  }

  #row(): End {
    const cells: TextFlow[] = [];
    this.#rows.push({ cells });
    return () => {
      this.#rows.pop();
      const filled = cells.filter((cell) => cell.length > 0);
      if (filled.every((cell) => cell.isOneLine)) {
        this.#flow.block(filled.map((cell) => cell.written()).join('  '), true);
        return;
      }
      for (const cell of filled) {
        this.#flow.block(cell.written(), cell.isOneLine);
      }
    };
  }

  #cell(): End {
    const cell = new TextFlow();
    this.#flows.push(cell);
    this.#rows.push({ cells: undefined });
    return () => {
      this.#flows.pop();
      this.#rows.pop();
      const row = this.#rows.at(-1)?.cells;
      if (row === undefined) {
        this.#flow.block(cell.written(), cell.isOneLine);
      } else {
        row.push(cell);
      }
    };
  }

  #link({ href = '' }: Attributes): End {
    const link = { place: placeIn(href), text: '', hasImage: false };
    const before = this.#flow.length;
    this.#links.push(link);
    return () => {
      this.#links.pop();
      const { place, text, hasImage } = link;
      if (place === '' || text.trim() === place) {
        return;
      }
      if (this.#flow.length > before) {
        this.#flow.append(` (${place})`);
      } else if (hasImage) {
        this.#flow.text(place);
      }
    };
  }

  /** The alternative text stands in for an image. */
  #image({ alt = '' }: Attributes): End {
    const link = this.#links.at(-1);
    if (link !== undefined) {
      link.hasImage = true;
    }
    // A symbol may belong to the preceding word.
    this.text(/[\p{L}\p{N}]/u.test(alt) ? ` ${alt} ` : alt);
    return nothing;
  }
}

function nothing(): void {}

/** The target of a link; empty if mail programs do not follow it. */
function placeIn(href: string): string {
  const [, scheme = '', rest = ''] =
    /^(https?|mailto|tel):(.*)$/i.exec(href.replaceAll(/[\t\n\r]/g, '').trim()) ?? [];
  switch (scheme.toLowerCase()) {
    case 'http':
    case 'https':
      return `${scheme}:${rest}`;
    case 'mailto':
      return rest.split('?')[0] ?? '';
    default:
      return rest;
  }
}
