import assert from 'node:assert/strict';
import { sanitizeSignature } from '../../../plugin/features/smtp-servers/signature.js';
import { plainTextOf } from '../../../plugin/sending/plain-text.js';
import { withSignature } from '../../../plugin/features/smtp-servers/with-signature.js';
import { naughtyStrings } from '../../addresses/vectors.js';
import { png } from './scene.js';

describe('a signature', () => {
  const cases: [typed: string, html: string, text: string, why: string][] = [
    ['', '', '', 'nothing stays nothing'],
    [' <p> &nbsp; </p> ', '', '', 'nothing that can be seen is nothing'],
    ['Marie\nThe Shop & Co', 'Marie<br />The Shop &amp; Co', 'Marie\nThe Shop & Co', 'plain lines'],
    ['A\n\n<b>B</b>\r\nC', 'A<br /><br /><b>B</b><br />C', 'A\n\nB\nC', 'lines with simple looks'],
    ['A<br />\nB\nC', 'A<br />B<br />C', 'A\nB\nC', 'a line that is added to those there are'],
    ['<p>A\nB</p>', '<p>A\nB</p>', 'A B', 'paragraphs flow'],
    ['A &amp; B<p><b>C</b></p>', 'A &amp; B<p><b>C</b></p>', 'A & B\nC', 'a block after bare text'],
    ['<p>A</p>B<div>C</div>D', '<p>A</p>B<div>C</div>D', 'A\nB\nC\nD', 'text between blocks'],
    ['<p>A</p><p><br /></p><p>B</p>', '<p>A</p><p><br /></p><p>B</p>', 'A\n\nB', 'an empty line'],
    [
      'A<ul><li><p>one</p></li></ul>B',
      'A<ul><li><p>one</p></li></ul>B',
      'A\n- one\nB',
      'a list between lines',
    ],
    ['<p>A <b>b</b> <i>c</i></p>', '<p>A <b>b</b> <i>c</i></p>', 'A b c', 'simple looks'],
    [
      '<ul><li>one</li><li>two</li></ul>',
      '<ul><li>one</li><li>two</li></ul>',
      '- one\n- two',
      'lists',
    ],
    [
      '<a href="https://shop.example/?a=1&b=2">Shop</a>',
      '<a href="https://shop.example/?a=1&amp;b=2">Shop</a>',
      'Shop (https://shop.example/?a=1&b=2)',
      'a link says where it leads',
    ],
    [
      '<a href="mailto:a@b.example">a@b.example</a>',
      '<a href="mailto:a@b.example">a@b.example</a>',
      'a@b.example',
      'but not twice',
    ],
    ['<a href="javascript:alert(1)">x</a>', '<a>x</a>', 'x', 'no scripts in links'],
    ['<a href="//evil.example">x</a>', '<a>x</a>', 'x', 'no links without a scheme'],
    ['<p onclick="x()">a</p>', '<p>a</p>', 'a', 'no handlers'],
    ['a<script>alert(1)</script><style>b</style>', 'a', 'a', 'nothing of scripts and styles'],
    ['<img src="https://track.example/x.gif">a', 'a', 'a', 'no pictures that are loaded'],
    ['<iframe src="https://x"></iframe>a', 'a', 'a', 'no frames'],
    ['<form action="https://x"><input name="y">a</form>', 'a', 'a', 'no forms'],
    [
      '<p style="color:#c00;position:fixed;background:url(https://x)">a</p>',
      '<p style="color:#c00">a</p>',
      'a',
      'harmless looks alone',
    ],
    ['<p style="color:expression(alert(1))">a</p>', '<p>a</p>', 'a', 'no expressions'],
    ['<svg><a xlink:href="javascript:x">q</a></svg>', '<a>q</a>', 'q', 'no drawings'],
    ['<b>never closed', '<b>never closed</b>', 'never closed', 'what is open is closed'],
    ['</div></body>after', 'after', 'after', 'what was never opened is dropped'],
  ];
  for (const [typed, html, text, why] of cases) {
    it(`of ${JSON.stringify(typed)} is ${JSON.stringify(html)}: ${why}`, () => {
      assert.equal(sanitizeSignature(typed), html);
      assert.equal(plainTextOf(html), text);
    });
  }

  it('is the same when it is sanitized again, whatever was typed', () => {
    for (const typed of naughtyStrings()) {
      const once = sanitizeSignature(typed);
      assert.equal(sanitizeSignature(once), once, typed);
      assert.doesNotMatch(once, /<(script|img|iframe|object|form|style|svg)/i);
    }
  });

  const server = { signature: '<p>Marie</p>', senderName: 'The "Shop"' };

  it('stands below both forms of a message, and its logo is embedded once', () => {
    const logo = { type: 'image/png', content: png, width: 120, height: 40 } as const;
    const { html, text, attachments } = withSignature({ text: 'Hello,\n\na <b>' }, server, logo);
    assert.equal(text, 'Hello,\n\na <b>\n\n-- \nMarie\n');
    const [attachment] = attachments;
    assert.ok(attachment?.cid !== undefined && attachments.length === 1);
    assert.ok(html.startsWith('<p>Hello,</p>\n<p>a &lt;b&gt;</p>\n<div><p>Marie</p>'));
    assert.ok(
      html.includes(`src="cid:${attachment.cid}" alt="The &#34;Shop&#34;" width="120" height="40"`),
    );
    assert.equal(attachment.contentType, 'image/png');
  });

  it('leaves a message as it is where there is none', () => {
    const signed = withSignature(
      { text: 'a', html: '<p>b</p>' },
      { signature: '', senderName: '' },
      undefined,
    );
    assert.deepEqual(signed, { text: 'a', html: '<p>b</p>', attachments: [] });
  });
});
