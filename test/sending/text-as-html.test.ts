import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { plainTextOf } from '../../plugin/sending/plain-text.js';
import { htmlOfText } from '../../plugin/sending/text-as-html.js';
import { rowsIn } from './vectors.js';

describe('a plain text as HTML', () => {
  for (const [text, html, why] of rowsIn('text-as-html')) {
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
