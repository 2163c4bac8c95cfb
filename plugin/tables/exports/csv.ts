import { type ExportedList, type Kind, type Value, isoDate, isoDateTime } from './exported-list.js';
import type { Values, WriteList } from './exported-list.js';

/** RFC 4180, in UTF-8, with dates as in ISO 8601. A library would take longer than the database does. */
export const writeCsv: WriteList = (list, batches) => lines(list, batches);

/** The same with a byte order mark, without which Excel takes UTF-8 for the system's own encoding. */
export async function* writeCsvForExcel(
  ...[list, batches]: Parameters<WriteList>
): AsyncGenerator<Uint8Array> {
  yield Buffer.from('\uFEFF');
  yield* lines(list, batches);
}

async function* lines(
  { headings }: ExportedList,
  batches: AsyncIterable<readonly Values[]>,
): AsyncGenerator<Uint8Array> {
  const kinds = headings.map(({ kind }) => kind);
  yield Buffer.from(`${headings.map(({ text }) => textField(text)).join(',')}\r\n`);
  for await (const rows of batches) {
    let text = '';
    for (const row of rows) {
      text += line(row, kinds);
    }
    yield Buffer.from(text);
  }
}

function line(row: Values, kinds: readonly Kind[]): string {
  let text = '';
  for (let column = 0; column < kinds.length; column += 1) {
    const value = row[column];
    text += column === 0 ? '' : ',';
    text += typeof value === 'string' ? textField(value) : otherField(value, kinds[column]);
  }
  return `${text}\r\n`;
}

function otherField(value: Exclude<Value, string>, kind: Kind | undefined): string {
  if (value === undefined) {
    return '';
  }
  return kind === 'date' ? isoDate(value) : kind === 'dateTime' ? isoDateTime(value) : `${value}`;
}

const special = /["\n\r,]|^[\t+=@\uFF0B\uFF0D\uFF1D\uFF20-]/;
const quoted = /["\n\r,]/;
/** What makes a spreadsheet take a text for a formula, full-width forms included. */
const formula = /^[\t\n\r+=@\uFF0B\uFF0D\uFF1D\uFF20-]/;

/** A formula gets an apostrophe, which spreadsheets take for "this is text". */
function textField(text: string): string {
  if (!special.test(text)) {
    return text;
  }
  const harmless = formula.test(text) ? `'${text}` : text;
  return quoted.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
