import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { ExportedList } from '../../plugin/exports/exported-list.js';
import { mostTaggedRows, writePdf } from '../../plugin/exports/pdf/pdf.js';
import { languageFor } from '../../plugin/web/locale.js';
import { programPath } from '../support/packages.js';
import { batchesOf, listOf, written } from './lists.js';

async function write(rows: string[][], list: Partial<ExportedList> = {}): Promise<string> {
  return await written(writePdf, listOf({ rowCount: rows.length, ...list }), batchesOf(rows));
}

function tool(program: 'pdftotext' | 'pdfinfo' | 'pdffonts', ...args: string[]): string {
  return execFileSync(programPath(program), args, { encoding: 'utf8' });
}

function textOf(file: string): string {
  return tool('pdftotext', '-layout', file, '-');
}

describe('a PDF file', () => {
  it('is in A4 landscape, with a title, and with headings on every page', async () => {
    const rows = Array.from({ length: 120 }, (_none, n) => [`d${n}.example`, String(n), 'x', 'y']);
    const file = await write(rows, { narrowedBy: ['Search: d', 'Mail service: Off'] });
    assert.match(tool('pdfinfo', file), /Page size: +841\.89 x 595\.28 pts \(A4\)/);
    const pages = textOf(file).split('\f').slice(0, -1);
    assert.ok(pages.length > 2);
    assert.match(
      pages[0] ?? '',
      /Domains[^]*Search: d[^]*Mail service: Off[^]*120 rows, 5 Mar 2026, 14:30/,
    );
    for (const [index, page] of pages.entries()) {
      assert.match(page, /Name +Mailboxes +Added on +Changed/);
      assert.match(page, new RegExp(`Domains +Page ${index + 1} of ${pages.length}\\n`));
    }
    for (const [name = ''] of rows) {
      assert.ok(
        pages.some((page) => page.includes(`${name} `)),
        name,
      );
    }
  });

  it('is in the viewer’s language', async () => {
    const text = textOf(await write([['a', '1', 'x', 'y']], { language: languageFor('fr') }));
    assert.match(text, /1 ligne, 5 mars 2026, 14:30/);
    assert.match(text, /Page 1 sur 1/);
  });

  it('is tagged for screen readers, in the viewer’s language, with headers of columns and rows', async () => {
    const rows = Array.from({ length: 60 }, (_none, n) => [
      n === 4 ? 'long '.repeat(3000) : `d${n}.example`,
      String(n),
      '',
      'y',
    ]);
    const headings = listOf().headings.map((each, at) => ({ ...each, isName: at === 0 }));
    const file = await write(rows, { title: 'Domaines', headings, language: languageFor('fr') });
    assert.match(
      tool('pdfinfo', file),
      /Title: +Domaines\n[^]*Tagged: +yes\n[^]*PDF version: +1\.7/,
    );
    const bytes = readFileSync(file, 'latin1');
    for (const entry of ['/Lang (fr)', '/DisplayDocTitle true', '<pdfuaid:part>1<']) {
      assert.ok(bytes.includes(entry), entry);
    }
    const told = tool('pdfinfo', '-struct-text', file).replaceAll(/\s+/g, ' ');
    assert.match(told, /Document H1 \(block\) "Domaines" P \(block\) "60 lignes/);
    assert.equal(told.split(' TR ').length - 1, 61);
    assert.equal(told.split('/Scope /Column').length - 1, 4, 'headings are told once');
    assert.match(told, /TH: \/Scope \/Row "d7.example" TD "7" TD TD "y"/);
    assert.equal(told.split('long').length - 1, 3000, 'a row over several pages is one row');
    assert.doesNotMatch(told, /Page 1/);
  });

  it('has no tags beyond the most rows that are tagged, of which references would fill the memory', async () => {
    const rows = Array.from({ length: mostTaggedRows + 1 }, (_none, n) => [`${n}`, '1', 'x', 'y']);
    assert.match(tool('pdfinfo', await write(rows)), /Title: +Domains\n[^]*Tagged: +no/);
  });

  const scripts: [language: string, text: string][] = [
    ['French', 'Pâtisserie Œuvre – « ça »'],
    ['Greek', 'Ωμέγα'],
    ['Russian', 'Привет'],
    ['Armenian', 'Հայաստան'],
    ['Georgian', 'საქართველო'],
    ['Arabic', 'مرحبا بالعالم'],
    ['Hebrew', 'שלום עולם'],
    ['Chinese', '中文名字'],
    ['Chinese, as in Taiwan', '網路電郵'],
    ['Japanese', 'そのです日本語'],
    ['Korean', '안녕하세요 세계'],
    ['Hindi', 'क्षत्रिय हिन्दी'],
    ['Thai', 'สวัสดีครับ ที่นี่'],
    ['Bengali', 'বাংলা'],
    ['Tamil', 'தமிழ்'],
    ['Telugu', 'తెలుగు'],
    ['Gujarati', 'ગુજરાતી'],
    ['Punjabi', 'ਪੰਜਾਬੀ'],
    ['Kannada', 'ಕನ್ನಡ'],
    ['Malayalam', 'മലയാളം'],
    ['Odia', 'ଓଡ଼ିଆ'],
    ['Sinhala', 'සිංහල'],
    ['Khmer', 'ខ្មែរ'],
    ['Burmese', 'မြန်မာ'],
    ['Amharic', 'አማርኛ'],
    ['Lao', 'ລາວ'],
    ['Emoji', '🎉👩‍👩‍👧☎'],
  ];
  for (const [language, text] of scripts) {
    it(`can be searched and copied from in ${language}`, async () => {
      const file = await write([[text, '1', 'x', 'y']]);
      const found = textOf(file)
        .replaceAll(/[\u200E\u200F\u202A-\u202E]/g, '')
        .normalize('NFC');
      assert.ok(found.includes(text.normalize('NFC')), found);
      assert.doesNotMatch(tool('pdffonts', file), / no +no +no /);
    });
  }

  it('draws decomposed characters as composed ones, in any order', async () => {
    const whole = '한글';
    const text = textOf(
      await write([
        [whole.normalize('NFD'), '1', 'x', 'y'],
        [whole, '2', 'x', 'y'],
      ]),
    );
    assert.equal(text.split(whole).length - 1, 2);
  });

  it('writes mixed directions in reading order', async () => {
    const text = textOf(await write([['مرحبا (test) 123', '1', 'x', 'y']]));
    assert.match(text, /\(test\)/);
    assert.match(text, /123/);
    assert.match(text, /مرحبا/);
  });

  it('breaks long texts into lines and over pages without losing any', async () => {
    const words = Array.from({ length: 6000 }, (_none, n) => `word${n}`);
    const address = `${'a'.repeat(300)}@${'b'.repeat(60)}.example`;
    const text = textOf(
      await write([
        [words.join(' '), '1', 'x', 'y'],
        [address, '2', 'x', 'y'],
      ]),
    );
    assert.deepEqual(text.match(/word\d+/g), words);
    const [, pieces = ''] = /(a{9}[^]*)Domains/.exec(text) ?? [];
    assert.ok(pieces.replaceAll(/\s|[2xy](?= |\n)/g, '').includes(address));
  });
});
