import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { plainTextOf } from '../../plugin/sending/plain-text.js';

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
  const cases: [html: string, text: string, why?: string][] = [
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
    ['<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>', 'a  b\nc'],
    ['3 < 4 & 5 > 4', '3 < 4 & 5 > 4'],

    // Documents
    [
      '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "http://x.test/x.dtd">\n<?xml version="1.0"?>' +
        '<HTML xmlns:o="urn:x"><HEAD><TITLE>T &amp; t</TITLE><META charset=utf-8><LINK rel=x><STYLE>p > a { }</STYLE>' +
        '<!--[if gte mso 9]><xml><o:AllowPNG/></xml><![endif]--></HEAD><BODY>\n<![if !mso]><p>Hello</p><![endif]>\n' +
        '<p title="a > b">you</p></BODY></HTML>\n',
      'Hello\nyou',
      'a whole document',
    ],
    ['a<![CDATA[b > c]]>d', 'ad', 'browsers take CDATA for a comment'],
    ['a<?xml:namespace prefix = o ns = "urn:x" />b', 'ab', 'an instruction for XML'],
    ['<!--[if !mso]><!-->a<!--<![endif]--><!--[if mso]>b<![endif]-->', 'a', 'not for Outlook'],
    ['<a title="x > y" href="https://x.test">a</a>', 'a (https://x.test)', '> in an attribute'],
    ['<a title=\'"\' href="https://x.test/?a=1&amp;b=2">a</a>', 'a (https://x.test/?a=1&b=2)'],
    ['a<!-- b -- > c -->d<!-->e<!--->f', 'adef', 'comments that hardly end'],
    ['a<!-- b', 'a', 'a comment that never ends'],
    ['a<b', 'a', 'a tag that never ends'],
    ['a<style>b', 'a', 'a style sheet that never ends'],
    ['a</p>b</nothing>c</br>d', 'a\nbc\nd', 'ends of nothing'],
    [
      '<xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml>a<o:p>&nbsp;</o:p><o:p>b</o:p>',
      'a\u00A0b',
      "Word's own",
    ],
    ['<script>if (a</b>) { "</p>" }</script>x', 'x', 'tags in a script'],
    ['<template><p>a</p></template><noscript>b</noscript>', 'b', 'mail programs run no scripts'],
    ['<svg><title>a</title><text>b</text></svg><svg/>c<iframe>d</iframe>', 'c', 'drawings, frames'],

    // Blocks and blanks
    ['<h1>A</h1><div><div>b</div></div>\n  c\n <section>d</section>e', 'A\nb\nc\nd\ne'],
    [' a \n\t b <b> c </b> d', 'a b c d', 'blanks are one'],
    ['<p>a</p><p>&nbsp;</p><p>b</p>', 'a\n\nb', 'an empty line as Outlook writes it'],
    ['<dl><dt>a</dt><dd>b</dd></dl>', 'a\nb'],
    ['a<hr>b', 'a\n---\nb'],
    ['<pre>\na   b\n  c\n</pre>d  e', 'a   b\n  c\nd e', 'blanks that stay'],
    ['<pre>  a\r\n\r\n\r\n<b>b  c</b></pre>', '  a\n\n\nb  c'],
    ['<div style="white-space: pre-wrap">a  b\nc</div>', 'a  b\nc'],
    ['<pre>a<span style="white-space:normal">b\n c</span></pre>', 'ab c'],
    ['soft&shy;ware<wbr>house', 'softwarehouse'],
    ['a <q>b</q>', 'a "b"'],

    // Lists
    [
      '<ul><li>one<ul><li>a<br>b<li>c</ul><li><p>two</p></ul>',
      '- one\n  - a\n    b\n  - c\n- two',
      'lists in lists',
    ],
    ['<ol start=9><li>a<li>b<br>c</ol>', '9. a\n10. b\n    c'],
    ['<ol start=x><li>a</ol><li>b', '1. a\n- b'],
    ['<ul><li></li><li>a</li></ul>', '- a', 'an empty item is dropped'],

    // Tables
    [
      '<table><tr><td><p><b>Anna Meyer</b></p></td>\n<td><p>Sales</p></td></tr>\n<tr><td></td><td>Berlin</td></table>',
      'Anna Meyer  Sales\nBerlin',
      'cells as Outlook writes them',
    ],
    [
      '<table><tr><td>a<br>b</td><td><p>c</p><p>d</p></td></tr></table>e',
      'a\nb\nc\nd\ne',
      'cells of several lines',
    ],
    [
      '<table><thead><th>A<th>B<tbody><tr><td>1<td><table><tr><td>2<td>3</table><tr><td>4</table>',
      'A\nB\n1  2  3\n4',
      'tables in tables',
    ],
    ['<td>a</td><td>b', 'a\nb', 'cells of no table'],
    ['<ul><li>a<table><tr><td>b<br>c</td></tr></table></ul>', '- a\n  b\n  c', 'a table in a list'],

    // Links and pictures
    ['<a href=" HTTPS://x.test/\n">a</a>', 'a (HTTPS://x.test/)'],
    ['<a href="https://x.test">\n https://x.test </a>.', 'https://x.test .'],
    ['<a href="mailto:a@b.test?subject=x">write</a>', 'write (a@b.test)'],
    ['<a href="tel:+4930123">030 123</a>', '030 123 (+4930123)'],
    ['<a href="https://x.test"><div>a</div></a>b', 'a (https://x.test)\nb', 'a button'],
    ['<a href="/x">a</a><a name="y">b</a>', 'ab', 'links to nowhere'],
    ['<a href="https://x.test"></a>a', 'a', 'an invisible link'],
    [
      '<a href="https://x.test"><img src="x" alt="The shop"></a>',
      'The shop (https://x.test)',
      'a picture that is a link',
    ],
    ['<a href="https://x.test"><img src="x"></a>', 'https://x.test'],
    ['<img alt="Phone">030 <img src=y>123 Hi<img alt="😀">!', 'Phone 030 123 Hi😀!'],

    // Invisible content
    ['<p style="DISPLAY : None!important">a</p>b', 'b'],
    [
      '<div style="font-size:0;max-height:0px;overflow:hidden">a<p>b</p></div>c',
      'c',
      'a preheader',
    ],
    ['<p hidden>a<p>b', 'b'],
    ['<p style="visibility:hidden">a</p><p style="opacity:0.0">b</p>c', 'c'],
    ['<p style="opacity:0.5;max-height:0">a</p>', 'a'],
    ['<table><tr style="display:none"><td>a<td>b<tr><td hidden>c<td>d</table>', 'd'],

    // Characters
    ['&eacute;&#233;&#xE9;&euro;&lt;b&gt;&copy &nosuch; &#0;', 'ééé€<b>© &nosuch; \uFFFD'],
  ];
  for (const [html, text, why = html] of cases) {
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
