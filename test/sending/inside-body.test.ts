import assert from 'node:assert/strict';
import { insideBody } from '../../plugin/sending/inside-body.js';
import { rowsIn } from './vectors.js';

describe('a text inserted below a message’s HTML', () => {
  for (const [html, expected, why] of rowsIn('inside-body')) {
    it(`comes at the right place with ${why}`, () => {
      assert.equal(insideBody(html, '|').replace('\n|', '|'), expected);
    });
  }

  for (const piece of ['</body>', '</body>a', '<b></body>a', '<div>', '<!--', '</html><b>']) {
    it(`is inserted in reasonable time into 1.5 million characters of ${piece}`, () => {
      const html = '<b>'.repeat(300) + piece.repeat(1_500_000 / piece.length);
      assert.match(insideBody(html, '|'), /\|/);
    });
  }
});
