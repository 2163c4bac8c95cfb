import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { plainTextOf } from '../../plugin/sending/plain-text.js';
import { rowsIn } from './vectors.js';

const pieces = [
  '<!doctype html>',
  '<p>',
  '</p>',
  '<td>',
  '<tr>',
  '</table>',
  '<table>',
  '<li>',
  '</ul>',
  '<a href="https://x.test" title="a > b">',
  '</a>',
  '<style>secret</style>',
  '<title>secret</title>',
  '<p hidden>secret</p>',
  '<!-- secret -->',
  '<![if !mso]>',
  '<![endif]>',
  '<br>',
  'a ',
  '&amp;',
];

describe('HTML as plain text', () => {
  for (const [html, text, why = html] of rowsIn('plain-text')) {
    it(`is ${JSON.stringify(text)}: ${why}`, () => {
      assert.equal(plainTextOf(html), text);
    });
  }

  // Each of these took minutes, with all else blocked, when every character started another search of the rest.
  for (const piece of [
    '<',
    '<a ',
    '<a href="',
    '<a href="https://x">',
    '<!--',
    '<style>',
    '<b>',
    '<div>',
    '<ul><li>x',
    '<table><tr><td>x<br>',
    '<a href="https://x"><b>x',
    '</b>',
    '<b></i>',
    '<pre>x\n',
    '<svg><p>',
    '<form>',
    '<!---',
    '<![CDATA[',
    '<template>',
    '<a b=c ',
    '<p style="a:b;',
    '&am',
    '&',
    '\n ',
  ]) {
    it(`is ready in reasonable time for 1.5 million characters of ${JSON.stringify(piece)}`, () => {
      const html = piece.repeat(1_500_000 / piece.length);
      assert.ok(plainTextOf(html).length <= 2 * html.length);
      assert.ok(plainTextOf(`${'<div>'.repeat(300)}${html}`).length <= 2 * html.length);
    });
  }

  it('includes texts that are nested too deep', () => {
    const html = '<div><table><tr><td><b>'.repeat(1000);
    assert.equal(plainTextOf(`${html}a<style>b</style>c`), 'ac');
  });

  it('contains no tags, whatever the HTML is', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces)), (all) => {
        assert.doesNotMatch(plainTextOf(all.join('')), /<(?!<)|>|--|if|CDATA|secret/);
      }),
    );
  });
});
