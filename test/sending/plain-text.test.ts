import assert from 'node:assert/strict';
import { plainTextOf } from '../../plugin/sending/plain-text.js';

describe('HTML as text', () => {
  const cases: [html: string, text: string][] = [
    ['<p>Hello <b>you</b> &amp; them</p>\n<p>Good&nbsp;bye</p>', 'Hello you & them\nGood\u00A0bye'],
    ['a<br>b<br/><br><br>c', 'a\nb\n\nc'],
    ['<ul><li>one<li>two</ul>three', '- one\n- two\nthree'],
    ['<a href="https://x.test/y">our page</a>', 'our page (https://x.test/y)'],
    ["<a class=x href='mailto:a@b.test'>a@b.test</a>", 'a@b.test'],
    ['<a href="javascript:x()">no link</a>', 'no link'],
    [
      '<a href=https://x.test>first<a href=https://y.test>second',
      'first (https://x.test)second (https://y.test)',
    ],
    ['<style>p { }</style><!-- <p>no</p> -->yes<script>no()</script>', 'yes'],
    ['<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>', 'a b\nc'],
    ['3 < 4 & 5 > 4', '3 < 4 & 5 > 4'],
  ];
  for (const [html, text] of cases) {
    it(`is ${JSON.stringify(text)}`, () => {
      assert.equal(plainTextOf(html), text);
    });
  }

  // Each of them took minutes, and stopped all else, when the rest of the text was looked at anew from every character.
  for (const piece of [
    '<',
    '<a ',
    '<a href="',
    '<a href="https://x">',
    '<!--',
    '<style>',
    '<b>',
    '&',
    '\n ',
  ]) {
    it(`comes to an end for a million characters of ${JSON.stringify(piece)}`, () => {
      assert.ok(plainTextOf(piece.repeat(1_000_000 / piece.length)).length <= 2_000_000);
    });
  }
});
