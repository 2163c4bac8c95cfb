import type PDFDocument from 'pdfkit';
import type { ExportedList } from '../exported-list.js';
import { type PlacedColumn, padding } from './columns.js';
import type { Fonts } from './fonts.js';
import type { Tag, Tags } from './tags.js';
import { type Line, wrap } from './text.js';

/** A4 landscape, in points. */
const page = { width: 841.89, height: 595.28, margin: 36 };
const bottom = page.margin + 18;
export const fontSize = 8;
const lineHeight = 10.5;
const titleSize = 14;
const grey = '0.45 g';

/** The area between the margins. */
export const area = { left: page.margin, width: page.width - 2 * page.margin };

/** Draws rows onto pages, each with the headings and a page number. */
export class Sheet {
  readonly #document: InstanceType<typeof PDFDocument>;
  readonly #fonts: Fonts;
  readonly #list: ExportedList;
  readonly #columns: readonly PlacedColumn[];
  readonly #tags: Tags | undefined;
  readonly #total: { readonly id: string; readonly ref: PDFKit.PDFKitReference };
  #operators = '';
  #y = 0;
  #pages = 0;

  constructor(parts: {
    readonly document: InstanceType<typeof PDFDocument>;
    readonly fonts: Fonts;
    readonly list: ExportedList;
    readonly columns: readonly PlacedColumn[];
    /** Of a tagged document. */
    readonly tags?: Tags | undefined;
  }) {
    this.#document = parts.document;
    this.#fonts = parts.fonts;
    this.#list = parts.list;
    this.#columns = parts.columns;
    this.#tags = parts.tags;
    const resources = { Font: {} };
    parts.fonts.main.addTo(resources.Font);
    const form = { Type: 'XObject', Subtype: 'Form', BBox: [0, -4, 100, 12], Resources: resources };
    this.#total = { id: 'Total', ref: parts.document.ref(form) };
    this.#startPage();
  }

  /** @param cells the texts of the columns, in their order. */
  addRow(cells: readonly string[]): void {
    const lines = cells.map((text, column) => this.#wrapped(text, column));
    const height = Math.max(...lines.map((each) => each.length));
    const row = this.#tags?.row(this.#columns.map(({ isName }) => (isName ? 'Row' : undefined)));
    let drawn = 0;
    while (drawn < height) {
      const room = Math.floor((this.#y - bottom - padding) / lineHeight);
      if (room < 1 || (drawn === 0 && room < height && room < 3)) {
        this.#startPage();
        continue;
      }
      const count = Math.min(room, height - drawn);
      this.#drawLines(lines, { first: drawn, count, tags: row?.cells });
      drawn += count;
    }
    this.#rule();
    row?.end();
  }

  /** Ends the last page and writes the number of pages on all of them. */
  end(): void {
    this.#endPage();
    const [line] = wrap(
      this.#fonts,
      this.#pageWords()[1] + this.#list.language.number(this.#pages),
      200,
      fontSize,
    );
    this.#total.ref.end(Buffer.from(`BT ${grey} 1 0 0 1 0 0 Tm ${line?.operators ?? ''} ET`));
  }

  #wrapped(text: string, column: number): readonly Line[] {
    const width = (this.#columns[column]?.width ?? 0) - 2 * padding;
    return wrap(this.#fonts, text, width, fontSize);
  }

  #drawLines(cells: readonly (readonly Line[])[], { first, count, tags }: DrawnLines): void {
    const top = this.#y - padding / 2;
    for (const [column, lines] of cells.entries()) {
      const end = Math.min(lines.length, first + count);
      let operators = '';
      for (let index = first; index < end; index += 1) {
        const line = lines[index];
        if (line !== undefined && line.operators !== '') {
          const x = this.#left(line, this.#columns[column]);
          operators += placed(line.operators, x, top - (index - first + 1) * lineHeight + 2.5);
        }
      }
      this.#add(operators, tags?.[column]);
    }
    this.#y -= count * lineHeight + padding;
  }

  /** @param tag what it is part of; in a tagged document, anything else is an artifact. */
  #add(operators: string, tag: Tag | undefined): void {
    if (tag === undefined) {
      this.#operators += this.#tags === undefined ? operators : `/Artifact BMC\n${operators}EMC\n`;
    } else if (operators !== '') {
      this.#flush();
      tag.mark(operators);
    }
  }

  #flush(): void {
    this.#document.addContent(Buffer.from(this.#operators));
    this.#operators = '';
  }

  /** Numbers and right-to-left texts are aligned to the right. */
  #left({ width, isRightToLeft }: Line, column: PlacedColumn | undefined): number {
    const { left = 0, width: room = 0, isNumber = false } = column ?? {};
    return isNumber || isRightToLeft ? left + room - padding - width : left + padding;
  }

  #startPage(): void {
    this.#endPage();
    this.#document.addPage({ size: 'A4', layout: 'landscape', margin: 0 });
    this.#pages += 1;
    this.#y = page.height - page.margin;
    // PDFKit's y axis points down, a font's points up.
    this.#operators = `1 0 0 -1 0 ${page.height} cm BT\n`;
    if (this.#pages === 1) {
      this.#drawTitle();
    }
    this.#drawHeadings();
  }

  #endPage(): void {
    if (this.#pages === 0) {
      return;
    }
    this.#drawFoot();
    this.#fonts.addTo(this.#document.page.fonts);
    this.#document.page.xobjects[this.#total.id] = this.#total.ref;
    this.#flush();
  }

  #drawTitle(): void {
    const { title, narrowedBy, language, madeAt, rowCount } = this.#list;
    const made = language.t('exports.made', { count: rowCount, at: language.dateTime(madeAt) });
    this.#y -= titleSize;
    this.#drawAlone(title, titleSize, 'H1');
    for (const text of [...narrowedBy, made]) {
      this.#y -= 2;
      this.#drawAlone(text, fontSize, 'P');
    }
    this.#y -= 6;
  }

  #drawAlone(text: string, size: number, type: 'H1' | 'P'): void {
    let lines = '';
    for (const { operators } of wrap(this.#fonts, text, area.width, size)) {
      lines += placed(operators, area.left, this.#y);
      this.#y -= size * 1.3;
    }
    this.#add(lines, this.#tags?.block(type));
  }

  #drawHeadings(): void {
    const lines = this.#columns.map(({ heading }, column) => this.#wrapped(heading, column));
    const count = Math.max(1, ...lines.map((each) => each.length));
    const height = count * lineHeight + padding;
    this.#shape(`0.93 g ${area.left} ${this.#y - height} ${area.width} ${height} re f`);
    // On further pages, a reader would meet them amid the rows.
    const row = this.#pages === 1 ? this.#tags?.row(this.#columns.map(() => 'Column')) : undefined;
    this.#drawLines(lines, { first: 0, count, tags: row?.cells });
    row?.end();
  }

  #drawFoot(): void {
    const y = page.margin;
    const right = area.left + area.width - 50;
    const [title] = wrap(this.#fonts, this.#list.title, area.width / 2, fontSize);
    const [number] = wrap(this.#fonts, this.#pageWords()[0], area.width, fontSize);
    const words = placed(title?.operators ?? '', area.left, y);
    const numbered = placed(number?.operators ?? '', right - (number?.width ?? 0), y);
    this.#add(`${grey}\n${words}${numbered}`, undefined);
    this.#operators += 'ET\n';
    this.#add(`q 1 0 0 1 ${right} ${y} cm /${this.#total.id} Do Q\n`, undefined);
  }

  /** The text before and after the number of pages, which is known at the end. */
  #pageWords(): readonly [string, string] {
    const { t, number } = this.#list.language;
    const [before = '', behind = ''] = t('exports.page', {
      page: number(this.#pages),
      pages: '\n',
    }).split('\n');
    return [before, behind];
  }

  #rule(): void {
    this.#shape(`0.85 G 0.5 w ${area.left} ${this.#y} m ${area.left + area.width} ${this.#y} l S`);
  }

  /** Shapes are not allowed in a text object (ISO 32000-1, §8.2). */
  #shape(operators: string): void {
    this.#operators += 'ET ';
    this.#add(`q ${operators} Q `, undefined);
    this.#operators += 'BT\n';
  }
}

interface DrawnLines {
  readonly first: number;
  readonly count: number;
  readonly tags: readonly Tag[] | undefined;
}

function placed(operators: string, x: number, y: number): string {
  return `1 0 0 1 ${x.toFixed(2)} ${y.toFixed(2)} Tm ${operators}\n`;
}
