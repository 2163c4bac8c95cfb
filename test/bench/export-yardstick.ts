import { createWriteStream } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import exceljs from 'exceljs';
import PdfKit from 'pdfkit';
import { domainName } from './fill.js';

/** What the libraries alone take for rows like those of the lists; prints milliseconds. */
async function byExceljs(): Promise<void> {
  const workbook = new exceljs.stream.xlsx.WorkbookWriter({
    stream: createWriteStream('/dev/null'),
    useSharedStrings: false,
    useStyles: false,
  });
  const sheet = workbook.addWorksheet('Mailboxes');
  const domain = domainName(1);
  for (let n = 0; n < 1_000_000; n += 1) {
    sheet.addRow([`user${n}@${domain}`, '', 'IMAP, POP3', 'No limit', 'Active']).commit();
    if (n % 2000 === 0) {
      await turn();
    }
  }
  await workbook.commit();
}

const partOfPdf = 20;

/** A part of the rows: all of them take minutes. */
function byPdfkit(): Promise<void> {
  const document = new PdfKit({ size: 'A4', layout: 'landscape' });
  const written = new Promise<void>((resolve) => {
    document.pipe(createWriteStream('/dev/null')).once('finish', resolve);
  });
  const data = Array.from({ length: 100_000 / partOfPdf }, (_none, n) => [
    domainName(n),
    `Customer ${n}`,
    'On',
    'Refused',
    '10',
    '14 Nov 2023',
  ]);
  document.fontSize(8).table({ data });
  document.end();
  return written;
}

const start = performance.now();
const which = process.argv[2];
await (which === 'exceljs' ? byExceljs() : byPdfkit());
const ms = (performance.now() - start) * (which === 'exceljs' ? 1 : partOfPdf);
process.stdout.write(String(Math.round(ms)));
