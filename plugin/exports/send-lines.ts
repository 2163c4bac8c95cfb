import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { languageOf } from '../web/pages.js';
import { textFields } from './csv.js';

/** Lines of texts, some at a time. */
export type Lines = AsyncIterable<readonly (readonly string[])[]>;

/** Sends a CSV file that spreadsheets open in columns. Rejects if the client does not take all of it. */
export async function sendLines(
  req: Request,
  res: Response,
  name: string,
  lines: Lines,
): Promise<void> {
  const separator = languageOf(req).locale === 'fr' ? ';' : ',';
  res.attachment(`${name}.csv`).type('text/csv');
  res.setHeader('Cache-Control', 'no-store');
  await pipeline(Readable.from(texts(lines, separator)), res);
}

/** With a byte order mark, so that spreadsheets read it as UTF-8. */
async function* texts(lines: Lines, separator: string): AsyncGenerator<string> {
  const fieldOf = textFields(separator);
  yield '\uFEFF';
  for await (const some of lines) {
    yield some.map((line) => `${line.map(fieldOf).join(separator)}\r\n`).join('');
  }
}
