import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import Papa from 'papaparse';
import type { ExportedList, WriteList } from '../../plugin/exports/exported-list.js';
import { writeCsv, writeCsvForExcel } from '../../plugin/exports/csv.js';
import { type Locale, languageFor } from '../../plugin/web/locale.js';
import { batchesOf, listOf, noon, written } from './lists.js';

const vectors: { values: string[] } = JSON.parse(
  readFileSync(new URL('../vectors/csv-formula.json', import.meta.url), 'utf8'),
);
/** Characters that a spreadsheet reads as the start of a formula. */
const dangerous = /^[\t\n\r+\-=@＋－＝＠]/;
const oneColumn = [{ text: 'Name', kind: 'text' }] as const;

async function read(
  rows: (string | number | undefined)[][],
  headings: ExportedList['headings'] = listOf().headings,
): Promise<string[][]> {
  const file = await written(writeCsv, listOf({ headings }), batchesOf(rows, 2));
  return parsed(readFileSync(file, 'utf8')).slice(1);
}

function parsed(text: string): string[][] {
  assert.ok(text.endsWith('\r\n'));
  const format = { delimiter: ',', newline: '\r\n' } as const;
  const { data, errors } = Papa.parse<string[]>(text.slice(0, -2), format);
  assert.deepEqual(errors, []);
  return data;
}

describe('a CSV file', () => {
  it('writes dates and numbers that programs understand', async () => {
    assert.deepEqual(await read([['a', 1234.5, noon, noon]]), [
      ['a', '1234.5', '2026-03-05', '2026-03-05 14:30:00'],
    ]);
  });

  it('leaves missing values empty, and keeps a text in place of a number', async () => {
    assert.deepEqual(await read([['a', 'No limit', undefined, undefined]]), [
      ['a', 'No limit', '', ''],
    ]);
  });

  it('keeps negative numbers as numbers', async () => {
    assert.deepEqual(await read([['a', -2, undefined, undefined]]), [['a', '-2', '', '']]);
  });

  for (const value of vectors.values) {
    it(`never starts a formula: ${JSON.stringify(value)}`, async () => {
      const [[field = ''] = []] = await read([[value]], oneColumn);
      assert.equal(field, dangerous.test(value) ? `'${value}` : value);
      assert.doesNotMatch(field, dangerous);
    });
  }

  it('reads back as the same texts in another program', async () => {
    const text = fc
      .string({ unit: 'binary' })
      .filter((each) => !dangerous.test(each) && !/\p{Cs}/u.test(each));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text), { minLength: 1 }), async (rows) => {
        assert.deepEqual(await read(rows, [...oneColumn, ...oneColumn]), rows);
      }),
      { numRuns: 60 },
    );
  });

  for (const first of ['ID', 'IDs', 'Id', 'Identifiant', 'ID "x", y', 'ID;1']) {
    it(`is not mistaken for SYLK by Excel when the first column is called ${first}`, async () => {
      const headings = [{ text: first, kind: 'text' }, ...oneColumn] as const;
      for (const [write, locale, delimiter] of [
        [writeCsv, 'en', ','],
        [writeCsvForExcel, 'en', ','],
        [writeCsvForExcel, 'fr', ';'],
      ] as const) {
        const list = listOf({ headings, language: languageFor(locale) });
        const file = await written(write, list, batchesOf([['ID', 'a']]));
        const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
        assert.ok(text.startsWith('"'), text);
        const { data } = Papa.parse<string[]>(text, { newline: '\r\n', delimiter });
        assert.deepEqual(data[0], [first, 'Name']);
      }
    });
  }

  it('has a byte order mark and its language’s separators only for Excel', async () => {
    const rows = [['é', 1, noon, noon]];
    const textOf = async (write: WriteList, locale: Locale): Promise<string> => {
      const list = listOf({ language: languageFor(locale) });
      return readFileSync(await written(write, list, batchesOf(rows)), 'utf8');
    };
    const plain = await textOf(writeCsv, 'fr');
    assert.equal(plain, await textOf(writeCsv, 'en'));
    assert.equal(await textOf(writeCsvForExcel, 'en'), `\uFEFF${plain}`);
    assert.equal(await textOf(writeCsvForExcel, 'fr'), `\uFEFF${plain.replaceAll(',', ';')}`);
  });
});
