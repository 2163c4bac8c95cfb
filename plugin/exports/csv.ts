import { stringify } from 'csv-stringify/sync';
import type { Locale } from '../web/locale.js';
import { type ExportedList, type Kind, type Value, isoDate, isoDateTime } from './exported-list.js';
import type { Values, WriteList } from './exported-list.js';

/** RFC 4180, in UTF-8, with dates as in ISO 8601. */
export const writeCsv: WriteList = (list, batches) => lines(list, batches, ',');

/**
 * What Excel opens with its columns apart: without a byte order mark it takes UTF-8 for the system's own encoding, and
 * a field ends where the system's lists do.
 */
export async function* writeCsvForExcel(
  ...[list, batches]: Parameters<WriteList>
): AsyncGenerator<Uint8Array> {
  yield Buffer.from('\uFEFF');
  yield* lines(list, batches, listSeparators[list.language.locale]);
}

const listSeparators: Readonly<Record<Locale, string>> = { en: ',', fr: ';' };

async function* lines(
  { headings }: ExportedList,
  batches: AsyncIterable<readonly Values[]>,
  delimiter: string,
): AsyncGenerator<Uint8Array> {
  const kinds = headings.map(({ kind }) => kind);
  const fieldOf = textFields(delimiter);
  const heading = headings.map(({ text }) => fieldOf(text)).join(delimiter);
  // Excel takes a file that begins with ID for another format, SYLK, and calls it damaged. A bare field has no separator.
  yield Buffer.from(`${heading.replace(/^ID[^,;]*/i, '"$&"')}\r\n`);
  for await (const rows of batches) {
    let text = '';
    for (const row of rows) {
      for (let column = 0; column < kinds.length; column += 1) {
        const value = row[column];
        text += column === 0 ? '' : delimiter;
        text += typeof value === 'string' ? fieldOf(value) : otherField(value, kinds[column]);
      }
      text += '\r\n';
    }
    yield Buffer.from(text);
  }
}

function otherField(value: Exclude<Value, string>, kind: Kind | undefined): string {
  if (value === undefined) {
    return '';
  }
  return kind === 'date' ? isoDate(value) : kind === 'dateTime' ? isoDateTime(value) : `${value}`;
}

/** What makes a spreadsheet take a text for a formula, full-width forms included. The library's own option lacks LF. */
const formula = /^[\t\n\r+=@\uFF0B\uFF0D\uFF1D\uFF20-]/;
const special = /["\n\r,;]|^[\t+=@\uFF0B\uFF0D\uFF1D\uFF20-]/;
const mostKept = 1000;

/**
 * The library would take longer than the database does, and nearly every text is written as it is. Those that are not
 * are mostly a few of ours, again and again. A formula gets an apostrophe, which spreadsheets take for "this is text".
 */
function textFields(delimiter: string): (text: string) => string {
  const written = new Map<string, string>();
  const write = (text: string): string => {
    const field = stringify([[formula.test(text) ? `'${text}` : text]], {
      delimiter,
      eof: false,
      // Other systems end a field there.
      quoted_match: /[,;\t]/,
    });
    if (written.size < mostKept) {
      written.set(text, field);
    }
    return field;
  };
  return (text) => (special.test(text) ? (written.get(text) ?? write(text)) : text);
}
