import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { stringify } from 'csv-stringify/sync';
import { InvalidInputError } from '../../plugin/errors.js';
import { headingsIn } from '../../plugin/imports/headings.js';
import { type FileRecord, mostFileBytes, readRecords } from '../../plugin/imports/import-file.js';
import { mailboxColumns } from '../../plugin/features/mailboxes/import-columns.js';

async function recordsIn(content: Buffer): Promise<readonly FileRecord[]> {
  const records: FileRecord[] = [];
  for await (const record of readRecords(content)) {
    records.push(record);
  }
  return records;
}

/** The key and line of a refusal. */
async function refusalOf(content: Buffer): Promise<readonly unknown[]> {
  try {
    await recordsIn(content);
    return [];
  } catch (error) {
    assert.ok(error instanceof InvalidInputError);
    const { key, args } = error.fields['file'] ?? {};
    return [key?.replace('imports.errors.', ''), args?.['line']].filter(
      (each) => each !== undefined,
    );
  }
}

describe('a file to import', () => {
  for (const [what, text] of [
    ['commas', 'a,b\n1,"2,3"\n'],
    ['semicolons, CRLF and a byte order mark', '\uFEFFa;b\r\n1;"2,3"\r\n'],
    ['tabs and no last line break', 'a\tb\n1\t2,3'],
    ['CR', 'a;b\r1;2,3\r'],
    ['quoted headings', '"a";"b"\n"1";"2,3"\n'],
  ] as const) {
    it(`is read with ${what}`, async () => {
      const records = await recordsIn(Buffer.from(text));
      assert.deepEqual(
        records.map(({ cells }) => cells),
        [
          ['a', 'b'],
          ['1', '2,3'],
        ],
      );
    });
  }

  it('names the lines on which records begin, behind empty lines and line breaks in cells', async () => {
    const text = '\uFEFFa;b\r\n\r\n1;"2\r\n3 ""x"""\r\n4;5\n\n\n"6\n\n";7';
    const records = await recordsIn(Buffer.from(text));
    assert.deepEqual(
      records.map(({ line, cells }) => [line, cells[0]]),
      [
        [1, 'a'],
        [3, '1'],
        [5, '4'],
        [8, '6'],
      ],
    );
  });

  for (const [what, content, refusal] of [
    ['is empty', Buffer.alloc(0), ['empty']],
    ['is in UTF-16', Buffer.from('\uFEFFaddress,name\n', 'utf16le'), ['utf-16']],
    ['is in UTF-16 without a mark', Buffer.from('address,name\n', 'utf16le'), ['utf-16']],
    ['is in ISO 8859-1', Buffer.from('adresse,pr\u00E9nom\n', 'latin1'), ['not-utf-8']],
    ['has a quotation mark that is not closed', Buffer.from('a,b\n1,"2\n3,4\n'), ['quotes', 3]],
    ['has a quotation mark within a text', Buffer.from('a,b\n1,2"3"\n'), ['quotes', 2]],
    ['has a line of 1 MB', Buffer.from(`a,b\n1,${'x'.repeat(1_000_000)}\n`), ['long-line', 2]],
    ['has 10 million columns', Buffer.from(`a,b\n1${','.repeat(1e7)}\n`), ['too-many-columns']],
    ['has more than 16 MB', Buffer.alloc(mostFileBytes + 1, 'a\n'), ['too-large']],
  ] as const) {
    it(`is refused when it ${what}`, async () => {
      assert.deepEqual(await refusalOf(content), refusal);
    });
  }

  it('is read as it was written, whatever is in its cells', async () => {
    const cell = fc.string({ unit: 'binary', maxLength: 20 }).map((text) => `x${text.trim()}x`);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 }),
        fc.constantFrom(',', ';', '\t'),
        async (rows, delimiter) => {
          const text = stringify([['a', 'b'], ...rows], { delimiter, quoted_match: /[\r\n,;\t]/ });
          const [, ...records] = await recordsIn(Buffer.from(text.replaceAll('\uFFFD', '')));
          assert.deepEqual(
            records.map(({ cells }) => cells),
            rows.map((row) =>
              row.map((each) => Buffer.from(each).toString().replaceAll('\uFFFD', '')),
            ),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is of one of our languages in its headings, and names those that it does not know', () => {
    const { keys, unknown } = headingsIn(mailboxColumns, [
      ' ADRESSE E-mail ',
      'Mot de passe',
      'Couleur $t(x)',
      'quota (MB)',
      '',
    ]);
    assert.deepEqual(keys, ['address', 'password', undefined, 'quotaMegabytes', undefined]);
    assert.deepEqual(unknown, ['Couleur (x)']);
  });

  it('needs its required columns, each once', () => {
    for (const [cells, key] of [
      [['name'], 'no-address-column'],
      [['address', 'email'], 'column-twice'],
    ] as const) {
      assert.throws(
        () => headingsIn(mailboxColumns, cells),
        (error) =>
          error instanceof InvalidInputError &&
          error.fields['file']?.key === `imports.errors.${key}`,
      );
    }
  });
});
