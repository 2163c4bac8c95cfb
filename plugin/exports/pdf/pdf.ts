import PdfKit from 'pdfkit';
import type { ExportedList, Values, WriteList } from '../exported-list.js';
import { placeColumns } from './columns.js';
import { Fonts } from './fonts.js';
import { Sheet, area, fontSize } from './sheet.js';

/** A larger document is of no use, and takes long to open. */
export const mostRowsInPdf = 100_000;

/** A table on A4 pages, with every text in full. PDFKit writes the document and embeds the fonts. */
export const writePdf: WriteList = (list, batches) => pages(list, batches);

async function* pages(
  list: ExportedList,
  batches: AsyncIterable<readonly Values[]>,
): AsyncGenerator<Uint8Array> {
  const document = new PdfKit({
    autoFirstPage: false,
    lang: list.language.locale,
    displayTitle: true,
    // The cache would keep every word.
    fontLayoutCache: false,
    info: { Title: list.title, Creator: 'Relais', CreationDate: new Date(list.madeAt) },
  });
  const fonts = new Fonts(document);
  await fonts.load(
    `${list.title}${list.narrowedBy.join('')}${list.headings.map(({ text }) => text).join('')}`,
  );
  let sheet: Sheet | undefined;
  for await (const rows of batches) {
    sheet ??= await newSheet(document, fonts, list, rows);
    for (const row of rows) {
      const cells = row.map(String);
      if (cells.some((cell) => fonts.lacks(cell))) {
        await fonts.load(cells.join(''));
      }
      sheet.addRow(cells);
    }
    yield* ready(document);
  }
  sheet ??= await newSheet(document, fonts, list, []);
  sheet.end();
  document.end();
  yield* ready(document);
}

async function newSheet(
  document: InstanceType<typeof PdfKit>,
  fonts: Fonts,
  list: ExportedList,
  rows: readonly Values[],
): Promise<Sheet> {
  await fonts.load(rows.flat().join(''));
  const columns = placeColumns(list, rows, { ...area, fonts, size: fontSize });
  return new Sheet({ document, fonts, list, columns });
}

function* ready(document: InstanceType<typeof PdfKit>): Generator<Uint8Array> {
  for (let chunk = nextChunk(document); chunk !== null; chunk = nextChunk(document)) {
    yield chunk;
  }
}

function nextChunk(document: InstanceType<typeof PdfKit>): Uint8Array | null {
  return document.read();
}
