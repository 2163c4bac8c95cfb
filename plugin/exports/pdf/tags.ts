import type PDFDocument from 'pdfkit';

type Document = InstanceType<typeof PDFDocument>;
type Element = ReturnType<Document['struct']>;

/** The logical structure of a list (ISO 32000-1 §14.8), by which screen readers tell the cells of its rows. */
export class Tags {
  readonly #document: Document;
  readonly #root: Element;
  #table: Element | undefined;

  constructor(document: Document) {
    this.#document = document;
    this.#root = document.struct('Document');
    document.addStructure(this.#root);
  }

  /** A heading or a paragraph above the table. */
  block(type: 'H1' | 'P'): Tag {
    return new Tag(this.#document, this.#root, type);
  }

  /** A row of the table, with a tag for each cell; those with a scope are headers. */
  row(scopes: readonly (Scope | undefined)[]): TaggedRow {
    this.#table ??= addTo(this.#root, this.#document.struct('Table'));
    const row = addTo(this.#table, this.#document.struct('TR'));
    return {
      cells: scopes.map((scope) =>
        scope === undefined
          ? new Tag(this.#document, row, 'TD')
          : new Tag(this.#document, row, 'TH', { scope }),
      ),
      end: () => row.end(),
    };
  }
}

type Scope = 'Column' | 'Row';

interface TaggedRow {
  readonly cells: readonly Tag[];
  /** Writes its elements, of which only references stay in memory. */
  end(): void;
}

/** A part of the structure, with content on one page or several. */
export class Tag {
  readonly #document: Document;
  readonly #type: string;
  readonly #element: Element;

  constructor(document: Document, parent: Element, type: string, options: object = {}) {
    this.#document = document;
    this.#type = type;
    this.#element = addTo(parent, document.struct(type, options));
  }

  /** Adds operators to the page as content of this part. */
  mark(operators: string): void {
    const content = this.#document.markStructureContent(this.#type);
    this.#document.addContent(Buffer.from(operators));
    this.#document.endMarkedContent();
    this.#element.add(content);
  }
}

function addTo(parent: Element, child: Element): Element {
  parent.add(child);
  return child;
}
