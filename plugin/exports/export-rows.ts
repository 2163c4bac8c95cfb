import type { Language } from '../web/locale.js';
import type { Column } from '../tables/table.js';
import type { Value, Values } from './exported-list.js';

/** How values become texts. */
export interface ShownAs {
  readonly language: Language;
  /** Whether numbers and dates are formatted for people, as on the page. */
  readonly isPrinted: boolean;
}

/** The cell values of a list's rows, batch by batch. */
export class ExportRows<Row> {
  readonly #batches: AsyncIterable<readonly Row[]>;
  readonly #values: readonly ((row: Row) => Value)[];
  #rowsDone = 0;

  constructor(
    batches: AsyncIterable<readonly Row[]>,
    columns: readonly Column<Row>[],
    { language, isPrinted }: ShownAs,
  ) {
    this.#batches = batches;
    this.#values = columns.map((column) => {
      const text = (row: Row): string => column.cell(row, language).text;
      return isPrinted || column.value === undefined
        ? text
        : (row) => column.value?.(row) ?? text(row);
    });
  }

  /** How many rows have been requested. */
  get rowsDone(): number {
    return this.#rowsDone;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly Values[]> {
    for await (const rows of this.#batches) {
      yield rows.map((row) => this.#values.map((value) => value(row)));
      this.#rowsDone += rows.length;
    }
  }
}
