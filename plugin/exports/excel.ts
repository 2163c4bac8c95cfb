import { frameFor } from './excel-frame.js';
import { columnName, rowXml } from './excel-rows.js';
import type { ExportedList, Values, WriteList } from './exported-list.js';
import { type ZippedFile, zip } from './zip.js';

/** Excel's limit, less the row of headings. */
export const mostRowsInSheet = 1_048_575;

/** Writes a workbook (ECMA-376) with real numbers and dates. Rows beyond a sheet's limit continue on another sheet. */
export const writeExcel: WriteList = (list, batches) => zip(files(list, batches));

async function* files(
  list: ExportedList,
  batches: AsyncIterable<readonly Values[]>,
): AsyncGenerator<ZippedFile> {
  const rows = new Rows(batches);
  let sheets = 0;
  do {
    sheets += 1;
    yield { name: `xl/worksheets/sheet${sheets}.xml`, parts: sheet(list, rows) };
  } while (await rows.hasMore());
  const { parts } = await frameFor(list, sheets);
  for (const [name, part] of parts) {
    yield { name, parts: [part] };
  }
}

async function* sheet(list: ExportedList, rows: Rows): AsyncGenerator<Uint8Array> {
  const { head, tail, styles } = await frameFor(list, 1);
  yield Buffer.from(head);
  const columns = list.headings.map(({ kind }, index) => ({
    kind,
    name: columnName(index),
    style: styles[index] ?? 0,
  }));
  let last = 1;
  for await (const batch of rows.take(mostRowsInSheet)) {
    let xml = '';
    for (const row of batch) {
      last += 1;
      xml += rowXml(row, last, columns);
    }
    yield Buffer.from(xml);
  }
  const filtered = `A1:${columnName(list.headings.length - 1)}${last}`;
  yield Buffer.from(`</sheetData><autoFilter ref="${filtered}"/>${tail}`);
}

/** Batches that several sheets consume one after the other. */
class Rows {
  readonly #batches: AsyncIterator<readonly Values[]>;
  #left: readonly Values[] = [];

  constructor(batches: AsyncIterable<readonly Values[]>) {
    this.#batches = batches[Symbol.asyncIterator]();
  }

  async hasMore(): Promise<boolean> {
    while (this.#left.length === 0) {
      const next = await this.#batches.next();
      if (next.done === true) {
        return false;
      }
      this.#left = next.value;
    }
    return true;
  }

  async *take(most: number): AsyncGenerator<readonly Values[]> {
    let room = most;
    while (room > 0 && (await this.hasMore())) {
      const taken = this.#left.slice(0, room);
      this.#left = this.#left.slice(room);
      room -= taken.length;
      yield taken;
    }
  }
}
