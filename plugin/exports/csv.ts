import { stringify } from 'csv-stringify/sync';
import type { Locale } from '../web/locale.js';
import { type ExportedList, type Kind, type Value, isoDate, isoDateTime } from './exported-list.js';
import type { Values, WriteList } from './exported-list.js';

/** RFC 4180, in UTF-8, with dates as in ISO 8601. */
export const writeCsv: WriteList = (list, batches) => lines(list, batches, ',');

/**
 * CSV that Excel opens in columns: without a byte order mark it assumes the system's encoding, and the separator is the
 * system's list separator.
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
  // Excel mistakes a file that begins with ID for SYLK and reports it as damaged. An unquoted field must not contain
  // the separator.
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

/** What makes a spreadsheet read a text as a formula, full-width forms included. The library's own option lacks LF. */
const formula = /^[\t\n\r+=@\uFF0B\uFF0D\uFF1D\uFF20-]/;
const special = /["\n\r,;]|^[\t+=@\uFF0B\uFF0D\uFF1D\uFF20-]/;
const mostKept = 1000;

/**
 * Writes plain texts itself: the library would take longer than the database, and nearly every text needs no quoting.
 * The others are mostly a few of ours, repeatedly. A formula gets an apostrophe, which spreadsheets read as "text
 * follows".
 */
export function textFields(delimiter: string): (text: string) => string {
  const written = new Map<string, string>();
  const write = (text: string): string => {
    const field = stringify([[formula.test(text) ? `'${text}` : text]], {
      delimiter,
      eof: false,
      // Other systems' list separators.
      quoted_match: /[,;\t]/,
    });
    if (written.size < mostKept) {
      written.set(text, field);
    }
    return field;
  };
  return (text) => (special.test(text) ? (written.get(text) ?? write(text)) : text);
}
