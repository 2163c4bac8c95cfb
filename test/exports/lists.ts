import { execFileSync } from 'node:child_process';
import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ExportedList, Values, WriteList } from '../../plugin/exports/exported-list.js';
import { languageFor } from '../../plugin/web/locale.js';
import { temporaryFolder } from '../support/processes.js';

/** 5 March 2026, 14:30 in the tests' time zone. */
export const noon = new Date(2026, 2, 5, 14, 30).getTime();

export function listOf(wanted: Partial<ExportedList> = {}): ExportedList {
  return {
    title: 'Domains',
    headings: [
      { text: 'Name', kind: 'text' },
      { text: 'Mailboxes', kind: 'number' },
      { text: 'Added on', kind: 'date' },
      { text: 'Changed', kind: 'dateTime' },
    ],
    narrowedBy: [],
    language: languageFor('en'),
    madeAt: noon,
    rowCount: 1,
    ...wanted,
  };
}

/** In batches, as lists are read. */
export async function* batchesOf(
  rows: readonly Values[],
  size = 1000,
): AsyncGenerator<readonly Values[]> {
  for (let start = 0; start < rows.length; start += size) {
    yield rows.slice(start, start + size);
  }
}

/** Writes the list to a file and returns its path. */
export async function written(
  write: WriteList,
  list: ExportedList,
  batches: AsyncIterable<readonly Values[]>,
): Promise<string> {
  const file = join(temporaryFolder('export'), 'file');
  await pipeline(write(list, batches), createWriteStream(file));
  return file;
}

/** The JSON that a Python program prints, with Debian's Python whatever PATH says. */
export function fromPython(program: string, ...args: readonly string[]): unknown {
  const script = join(temporaryFolder('python'), 'program.py');
  writeFileSync(script, program);
  const printed = execFileSync('/usr/bin/python3', [script, ...args], {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  return JSON.parse(printed);
}
