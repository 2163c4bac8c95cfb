import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { plainTextOf } from '../../plugin/sending/plain-text.js';
import { htmlOfText } from '../../plugin/sending/text-as-html.js';

describe('a plain text as HTML', () => {
  const monospace = `<p style="font-family:Consolas,'Courier New',monospace">`;
  const cases: [text: string, html: string, why: string][] = [
    ['', '<p></p>', 'nothing'],
    ['Hello,\n\na <b> & "c"', '<p>Hello,</p>\n<p>a &lt;b&gt; &amp; &#34;c&#34;</p>', 'paragraphs'],
    ['a\r\nb\r\n\r\nc\rd', '<p>a<br>b</p>\n<p>c<br>d</p>', 'lines of all systems'],
    ['a\n\n\n\nb', '<p>a</p>\n<p><br><br>b</p>', 'empty lines stay'],
    ['a\n  b\n   c\n d', '<p>a<br>&nbsp; b<br>&nbsp;&nbsp; c<br>&nbsp;d</p>', 'indentation'],
    ['a.  B   c', '<p>a.&nbsp; B &nbsp; c</p>', 'blanks, where the line may still wrap'],
    [
      'Item   Price\nBread   2.50',
      `${monospace}Item &nbsp; Price<br>Bread &nbsp; 2.50</p>`,
      'columns stand below each other',
    ],
    ['a\tb\n\tc', '<p>a &nbsp; &nbsp; &nbsp; b<br>&nbsp; &nbsp; &nbsp; &nbsp; c</p>', 'tabs'],
    [
      'See https://x.test/?a=1&b=2.\n(http://y.test/a_(b)) https://',
      '<p>See <a href="https://x.test/?a=1&amp;b=2">https://x.test/?a=1&amp;b=2</a>.<br>' +
        '(<a href="http://y.test/a_(b)">http://y.test/a_(b)</a>) https://</p>',
      'addresses are links',
    ],
    [
      '<https://x.test> "https://y.test"\u00A0javascript://z',
      '<p>&lt;<a href="https://x.test">https://x.test</a>&gt; ' +
        '&#34;<a href="https://y.test">https://y.test</a>&#34;&nbsp;javascript://z</p>',
      'and no more than that',
    ],
  ];
  for (const [text, html, why] of cases) {
    it(`is ${JSON.stringify(html)}: ${why}`, () => {
      assert.equal(htmlOfText(text), html);
    });
  }

  it('shows the same text with all its white space', () => {
    const part = fc.constantFrom(
      ' ',
      '  ',
      '\n',
      'a',
      '<b>',
      '&amp;',
      'é',
      '.',
      'https://x.test/y',
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const text = parts.join('');
        const lines = text.split('\n').map((line) => line.trimEnd());
        const shown = plainTextOf(htmlOfText(text)).replaceAll('\u00A0', ' ').split('\n');
        assert.deepEqual(shown.filter(Boolean), lines.filter(Boolean));
        assert.doesNotMatch(htmlOfText(text), / {2}|<p>(<br>)* |<br> /);
      }),
    );
  });

  for (const piece of ['\t', 'a\t', ' ', '  a', 'http://', 'https://x', 'https://x.', '.', '\n']) {
    it(`is ready in reasonable time for a million characters of ${JSON.stringify(piece)}`, () => {
      const html = htmlOfText(piece.repeat(1_000_000 / piece.length));
      assert.ok(html.length < 30_000_000);
    });
  }
});
