import PdfKit from 'pdfkit';
import type { ExportedList, Values, WriteList } from '../exported-list.js';
import { placeColumns } from './columns.js';
import { Fonts } from './fonts.js';
import { Sheet, area, fontSize } from './sheet.js';
import { Tags } from './tags.js';

/** A larger document is of no use, and takes long to open. */
export const mostRowsInPdf = 100_000;

/**
 * Longer documents have no tags: each cell takes an object, and PDFKit keeps a reference to it until the end. 50,000 rows
 * of twelve cells would take four times the processor time, and 900 MB instead of 250.
 */
export const mostTaggedRows = 1000;

/** PDF/UA-1 (ISO 14289-1), which PDFKit's types lack. */
const tagged: object = { tagged: true, pdfVersion: '1.7', subset: 'PDF/UA' };

/** A table on A4 pages, with every text in full. PDFKit writes the document and embeds the fonts. */
export const writePdf: WriteList = (list, batches) => pages(list, batches);

async function* pages(
  list: ExportedList,
  batches: AsyncIterable<readonly Values[]>,
): AsyncGenerator<Uint8Array> {
  const isTagged = list.rowCount <= mostTaggedRows;
  const document = documentFor(list, isTagged);
  const fonts = new Fonts(document);
  await fonts.load(
    [list.title, ...list.narrowedBy, ...list.headings.map(({ text }) => text)].join(''),
  );
  const tags = isTagged ? new Tags(document) : undefined;
  let sheet: Sheet | undefined;
  for await (const rows of batches) {
    sheet ??= await newSheet({ document, fonts, list, tags }, rows);
    for (const row of rows) {
      const cells = row.map(String);
      if (cells.some((cell) => fonts.lacks(cell))) {
        await fonts.load(cells.join(''));
      }
      sheet.addRow(cells);
    }
    yield* ready(document);
  }
  sheet ??= await newSheet({ document, fonts, list, tags }, []);
  sheet.end();
  document.end();
  yield* ready(document);
}

function documentFor(list: ExportedList, isTagged: boolean): InstanceType<typeof PdfKit> {
  return new PdfKit({
    autoFirstPage: false,
    lang: list.language.locale,
    displayTitle: true,
    ...(isTagged && tagged),
    // The cache would keep every word.
    fontLayoutCache: false,
    info: { Title: list.title, Creator: 'Relais', CreationDate: new Date(list.madeAt) },
  });
}

async function newSheet(
  parts: Omit<ConstructorParameters<typeof Sheet>[0], 'columns'>,
  rows: readonly Values[],
): Promise<Sheet> {
  const { fonts, list } = parts;
  await fonts.load(rows.flat().join(''));
  const columns = placeColumns(list, rows, { ...area, fonts, size: fontSize });
  return new Sheet({ ...parts, columns });
}

function* ready(document: InstanceType<typeof PdfKit>): Generator<Uint8Array> {
  for (let chunk = nextChunk(document); chunk !== null; chunk = nextChunk(document)) {
    yield chunk;
  }
}

function nextChunk(document: InstanceType<typeof PdfKit>): Uint8Array | null {
  return document.read();
}
