import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import { setImmediate as pause } from 'node:timers/promises';
import { CsvError, parse } from 'csv-parse';
import { type FieldError, InvalidInputError } from '../errors.js';
import { LineCounter } from './line-counter.js';

/** 100,000 lines with an address, a name and an argon2id hash. */
export const mostFileBytes = 16 * 1024 * 1024;
export const mostLines = 100_000;
/** Of a record: more than an alias with the longest targets. */
const mostRecordCharacters = 64 * 1024;
const mostColumns = 50;
const pieceBytes = 64 * 1024;
/** Of the first piece: the rest of a file whose headings are refused is not read. */
const firstBytes = 4 * 1024;

/** A record of a CSV file. */
export interface FileRecord {
  /** The line on which it begins, counted from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A file that cannot be read. */
export function unreadable(key: string, args?: FieldError['args']): InvalidInputError {
  return new InvalidInputError({ file: { key: `imports.errors.${key}`, ...(args && { args }) } });
}

/**
 * Reads the records of a CSV file (RFC 4180): UTF-8 with or without a byte order mark, separated by commas, semicolons or
 * tabs. The first one has the headings.
 *
 * @throws {InvalidInputError} naming the encoding, or the line that cannot be read.
 */
export async function* readRecords(content: Buffer): AsyncGenerator<FileRecord> {
  assertText(content);
  const parser = parse({
    bom: true,
    cast: cellOf,
    delimiter: separatorIn(content),
    info: true,
    // Files that were put together have several.
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: mostRecordCharacters,
  });
  const pieces = Readable.from(piecesOf(content), { objectMode: false });
  const failed = (error: Error): void => void parser.destroy(error);
  pieces.on('error', failed).pipe(parser);
  try {
    const lines = new LineCounter(content);
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      yield { line: lines.beginOf(info.bytes), cells: record };
    }
  } catch (error) {
    throw error instanceof CsvError ? refusalOf(error) : error;
  } finally {
    pieces.destroy();
  }
}

interface Parsed {
  readonly record: readonly string[];
  /** `bytes` are those up to its end. */
  readonly info: { readonly bytes: number };
}

function assertText(content: Buffer): void {
  if (content.length > mostFileBytes) {
    throw unreadable('too-large', { count: mostFileBytes / 1024 ** 2 });
  }
  if (content.length === 0) {
    throw unreadable('empty');
  }
  const start = content.subarray(0, 2).toString('hex');
  if (start === 'fffe' || start === 'feff' || isWide(content)) {
    throw unreadable('utf-16');
  }
  if (!isUtf8(content)) {
    throw unreadable('not-utf-8');
  }
}

/** Whether every other byte at the beginning is zero, as in UTF-16 without a byte order mark. */
function isWide(content: Buffer): boolean {
  const start = content.subarray(0, 64);
  return start.filter((byte) => byte === 0).length >= Math.max(2, start.length / 3);
}

/** What separates the headings: a file with one column has none. */
function separatorIn(content: Buffer): string {
  const [line = ''] = content.subarray(0, pieceBytes).toString('utf8').split(/\r|\n/, 1);
  const bare = line.replaceAll(/"[^"]*"/g, '');
  const counts = [',', ';', '\t'].map((each) => ({ each, count: bare.split(each).length }));
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).each;
}

/** Lets other work go on between pieces. */
async function* piecesOf(content: Buffer): AsyncGenerator<Buffer> {
  let end = 0;
  while (end < content.length) {
    await pause();
    const start = end;
    end += start === 0 ? firstBytes : pieceBytes;
    yield content.subarray(start, end);
  }
}

/** Refuses a line before all of its columns are in memory. */
function cellOf(text: string, { index }: { readonly index: number | string }): string {
  if (Number(index) >= mostColumns) {
    throw unreadable('too-many-columns', { count: mostColumns });
  }
  return text.trim();
}

function refusalOf(error: CsvError): InvalidInputError {
  const line: unknown = error['lines'];
  const key = error.code === 'CSV_MAX_RECORD_SIZE' ? 'long-line' : 'quotes';
  return unreadable(key, { line: Number(line), count: mostRecordCharacters / 1024 });
}
