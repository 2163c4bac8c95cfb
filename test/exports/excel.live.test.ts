import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { sheetNames } from '../../plugin/exports/excel-frame.js';
import { mostRowsInSheet, writeExcel } from '../../plugin/exports/excel.js';
import type { ExportedList, Values } from '../../plugin/exports/exported-list.js';
import { batchesOf, fromPython, listOf, noon, written } from './lists.js';

interface Workbook {
  readonly names: string[];
  readonly frozen: string;
  readonly filter: string;
  readonly widths: number[];
  readonly cells: [value: string | number | null, type: string, format: string][][];
}

const reader = `
import json, sys, openpyxl
book = openpyxl.load_workbook(open(sys.argv[1], 'rb'))
sheet = book.active
print(json.dumps({
    'names': book.sheetnames,
    'frozen': sheet.freeze_panes,
    'filter': sheet.auto_filter.ref,
    'widths': [sheet.column_dimensions[column].width for column in 'ABCD'],
    'cells': [[[str(cell.value) if cell.is_date else cell.value, cell.data_type, cell.number_format]
               for cell in row] for row in sheet.iter_rows()],
}))`;

/** Without the cells, which take half a minute to read. */
const counter = `
import json, sys, zipfile
book = zipfile.ZipFile(sys.argv[1])
print(json.dumps([book.read(f'xl/worksheets/sheet{n}.xml').count(b'<row ') for n in (1, 2)]))`;

const vectors: { values: string[] } = JSON.parse(
  readFileSync(new URL('../vectors/csv-formula.json', import.meta.url), 'utf8'),
);

async function read(rows: Values[], list: Partial<ExportedList> = {}): Promise<Workbook> {
  return fromPython(
    reader,
    await written(writeExcel, listOf(list), batchesOf(rows, 2)),
  ) as Workbook;
}

describe('an Excel file', () => {
  it('has real numbers and dates, and texts in place of missing numbers', async () => {
    const { cells } = await read([
      ['alpha.example', 1234, noon, noon],
      ['beta.example', 'No limit', undefined, undefined],
    ]);
    assert.deepEqual(
      cells[0]?.map(([text]) => text),
      ['Name', 'Mailboxes', 'Added on', 'Changed'],
    );
    assert.deepEqual(cells[1], [
      ['alpha.example', 's', 'General'],
      [1234, 'n', '#,##0'],
      ['2026-03-05 00:00:00', 'd', 'mm-dd-yy'],
      ['2026-03-05 14:30:00', 'd', 'm/d/yy h:mm'],
    ]);
    assert.deepEqual(
      cells[2]?.map(([value]) => value),
      ['beta.example', 'No limit', null, null],
    );
  });

  it('does not group the digits of IDs and ports', async () => {
    const { cells } = await read([[1234, 2525, noon, noon]], {
      headings: [
        { text: 'ID', kind: 'identifier' },
        ...listOf()
          .headings.slice(1)
          .map((each) => ({ ...each, kind: 'identifier' as const })),
      ],
    });
    assert.deepEqual(cells[1]?.slice(0, 2), [
      [1234, 'n', '0'],
      [2525, 'n', '0'],
    ]);
  });

  it('freezes its headings, has a filter, and sets column widths', async () => {
    const { frozen, filter, widths, names } = await read([
      ['a', 1, noon, noon],
      ['b', 2, noon, noon],
    ]);
    assert.equal(frozen, 'A2');
    assert.equal(filter, 'A1:D3');
    assert.equal(names.join(), 'Domains');
    assert.ok((widths[0] ?? 0) > (widths[2] ?? 0) && (widths[2] ?? 0) >= 12);
  });

  it('contains no formula, and each text unchanged', async () => {
    const texts = vectors.values.filter((value) => !/[^\P{Cc}\t\n]/u.test(value));
    const all = [...texts, '<a href="x">&amp;</a>', ' spaces ', 'line\nbreak', 'x'.repeat(32_767)];
    const { cells } = await read(all.map((text) => [text]));
    assert.deepEqual(
      cells.slice(1).map(([cell]) => cell?.slice(0, 2)),
      all.map((text) => [text, 's']),
    );
  });

  it('contains every script, with a replacement character for what XML cannot hold', async () => {
    const texts = ['مرحبا', 'שלום', '中国語', 'हिन्दी', '🎉👩‍👩‍👧', 'a\u0000b', 'a\uFFFFb'];
    const { cells } = await read(texts.map((text) => [text]));
    assert.deepEqual(
      cells.slice(1).map(([cell]) => cell?.[0]),
      [...texts.slice(0, 5), 'a\uFFFDb', 'a\uFFFDb'],
    );
  });

  it('ends a text with an ellipsis where it exceeds Excel’s limit', async () => {
    const { cells } = await read([['x'.repeat(40_000)]]);
    assert.equal(cells[1]?.[0]?.[0], `${'x'.repeat(32_766)}…`);
  });

  it('is also a valid workbook without rows', async () => {
    const { cells, filter } = await read([]);
    assert.equal(cells.length, 1);
    assert.equal(filter, 'A1:D1');
  });

  it('continues on another sheet when one is full', async () => {
    const headings = [{ text: 'Name', kind: 'number' }] as const;
    const rows = Array.from({ length: 5000 }, (_none, n) => [n]);
    async function* many(): AsyncGenerator<Values[]> {
      for (let done = 0; done <= mostRowsInSheet; done += rows.length) {
        yield rows;
      }
    }
    const file = await written(writeExcel, listOf({ headings }), many());
    const total = Math.ceil((mostRowsInSheet + 1) / rows.length) * rows.length;
    assert.deepEqual(fromPython(counter, file), [mostRowsInSheet + 1, total - mostRowsInSheet + 1]);
  });

  const names: [title: string, name: string, why: string][] = [
    ['Mailboxes: example.com', 'Mailboxes  example.com', 'a colon is forbidden'],
    ['[a]/b\\c*?', 'a  b c', 'brackets, slashes and wildcards are'],
    ['x'.repeat(40), 'x'.repeat(31), 'at most 31 characters'],
    ['::', 'Relais', 'never empty'],
  ];
  for (const [title, name, why] of names) {
    it(`names its sheet ${name}: ${why}`, () => {
      assert.deepEqual(sheetNames(title, 1), [name]);
    });
  }
});
