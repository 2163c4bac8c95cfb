import { createWriteStream } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import exceljs from 'exceljs';
import PdfKit from 'pdfkit';
import { serverTitle } from './fill-servers.js';

const [, , which, count] = process.argv;
const rows = Number(count);

/** Prints the milliseconds that the libraries alone take for rows like those of the lists. */
async function byExceljs(): Promise<void> {
  const workbook = new exceljs.stream.xlsx.WorkbookWriter({
    stream: createWriteStream('/dev/null'),
    useSharedStrings: false,
    useStyles: false,
  });
  const sheet = workbook.addWorksheet('SMTP servers');
  for (let n = 0; n < rows; n += 1) {
    sheet.addRow(serverRow(n)).commit();
    if (n % 2000 === 0) {
      await turn();
    }
  }
  await workbook.commit();
}

function serverRow(id: number): (string | number)[] {
  const title = serverTitle(id);
  const [name = ''] = title.split(' ');
  return [
    id,
    title,
    `smtp.${name}.example`,
    587,
    'PLAIN or LOGIN',
    'STARTTLS (required)',
    `mail@${name}-${id}.example`,
    `Sender ${name}`,
    `user${id}`,
    'All services',
    'Not confirmed',
    'customer1',
  ];
}

const partOfPdf = 20;

/** A part of the rows, since all of them take minutes. */
function byPdfkit(): Promise<void> {
  const document = new PdfKit({ size: 'A4', layout: 'landscape' });
  const written = new Promise<void>((resolve) => {
    document.pipe(createWriteStream('/dev/null')).once('finish', resolve);
  });
  const data = Array.from({ length: rows / partOfPdf }, (_none, n) => serverRow(n).map(String));
  document.fontSize(8).table({ data });
  document.end();
  return written;
}

const start = performance.now();
await (which === 'exceljs' ? byExceljs() : byPdfkit());
const ms = (performance.now() - start) * (which === 'exceljs' ? 1 : partOfPdf);
process.stdout.write(String(Math.round(ms)));
