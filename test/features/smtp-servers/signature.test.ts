import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sanitizeSignature } from '../../../plugin/features/smtp-servers/signature.js';
import { plainTextOf } from '../../../plugin/sending/plain-text.js';
import {
  keptAttributes,
  keptElements,
} from '../../../plugin/features/smtp-servers/signature-rules.js';
import { programFolder } from '../../../plugin/runtime/paths.js';
import { linkIn } from '../../../plugin/features/smtp-servers/signature-links.js';
import { mostTypedSignature } from '../../../plugin/features/smtp-servers/smtp-server.js';
import {
  removedFrom,
  removedInAddress,
  removedInQuery,
  removedSentence,
} from '../../../plugin/features/smtp-servers/removed.js';
import { languageFor } from '../../../plugin/web/locale.js';
import { withSignature } from '../../../plugin/features/smtp-servers/with-signature.js';
import { naughtyStrings } from '../../addresses/vectors.js';
import { png } from './scene.js';

describe('a signature', () => {
  const cases: [typed: string, html: string, text: string, why: string][] = [
    ['', '', '', 'nothing stays nothing'],
    [' <p> &nbsp; </p> ', '', '', 'nothing that can be seen is nothing'],
    ['Marie\nThe Shop & Co', 'Marie<br />The Shop &amp; Co', 'Marie\nThe Shop & Co', 'plain lines'],
    ['A\n\n<b>B</b>\r\nC', 'A<br /><br /><b>B</b><br />C', 'A\n\nB\nC', 'lines with simple looks'],
    ['A<br />\nB\nC', 'A<br />B<br />C', 'A\nB\nC', 'a line added to others'],
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
    [
      '<a href="//evil.example">x</a>',
      '<a href="https://evil.example">x</a>',
      'x (https://evil.example)',
      'links without a scheme',
    ],
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
    [
      '<table cellpadding="3"><tr><td><b>Anna Meyer</b></td><td>Sales</td></tr><tr><td>Berlin</td><td>x</td></tr></table>',
      '<table cellpadding="3"><tr><td><b>Anna Meyer</b></td><td>Sales</td></tr><tr><td>Berlin</td><td>x</td></tr></table>',
      'Anna Meyer  Sales\nBerlin  x',
      'tables',
    ],
    [
      '<table width="100%" border=0 bgcolor="#E30613" onclick="x" background="https://x/y.gif"><td valign=TOP colspan=2 nowrap>a',
      '<table width="100%" border="0" bgcolor="#E30613"><td valign="TOP" colspan="2" nowrap>a</td></table>',
      'a',
      'attributes of tables',
    ],
    [
      '<td width="1;x" align="javascript:x" bgcolor="url(x)" height=99999>a</td>',
      '<td>a</td>',
      'a',
      'harmless values alone',
    ],
    [
      '<font color=red face="Segoe UI, Arial" size="+1">a</font>',
      '<font color="red" face="Segoe UI, Arial" size="+1">a</font>',
      'a',
      'fonts',
    ],
    [
      '<p style="FONT: bold 12px/1.4 Arial, \'Segoe UI\'; COLOR:#1F497D !important; padding:0 4px; border-left:2px solid rgb(1, 2, 3)">a</p>',
      '<p style="font:bold 12px/1.4 Arial, \'Segoe UI\';color:#1F497D !important;padding:0 4px;border-left:2px solid rgb(1, 2, 3)">a</p>',
      'a',
      'looks',
    ],
    [
      '<p style="margin:-9px;position:absolute;top:0;background:#fff url(//x);width:calc(1px);font-family:expression(x);color:\\72 ed;behavior:url(x)">a</p>',
      '<p>a</p>',
      'a',
      'no looks that reach elsewhere',
    ],
    [
      '<center>a</center><section>b</section>c',
      '<div align="center">a</div><div>b</div>c',
      'a\nb\nc',
      'other blocks',
    ],
    [
      '<p style="display:none">a</p><i hidden>b</i><x-y hidden>c</x-y>d',
      'd',
      'd',
      'nothing hidden',
    ],
    [
      '<html xmlns:o="urn:o"><head><meta charset=windows-1252><title>Signature</title><style>p.MsoNormal {}</style>' +
        '<!--[if gte mso 9]><xml><w:WordDocument/></xml><![endif]--></head><body lang=DE><div class=WordSection1>' +
        "<p class=MsoNormal><b><span style='font-size:10.0pt;color:#1F497D;mso-fareast-language:DE'>Anna<o:p></o:p></span></b></p>" +
        '<xml><w:View>Normal</w:View></xml><![if !supportLists]>x<![endif]></div></body></html>',
      '<div><p><b><span style="font-size:10.0pt;color:#1F497D">Anna</span></b></p>x</div>',
      'Anna\nx',
      "Outlook's file",
    ],
    [
      'Sales & Co <info@x.example>\n<https://x.example/>',
      'Sales &amp; Co &lt;info@x.example&gt;<br />&lt;https://x.example/&gt;',
      'Sales & Co <info@x.example>\n<https://x.example/>',
      'addresses in angle brackets',
    ],
    [
      '<b>Anna</b> <info@x.example>',
      '<b>Anna</b> &lt;info@x.example&gt;',
      'Anna <info@x.example>',
      'next to tags',
    ],
    [
      'We <3 you, a < b, a<b, <Anna>, <Anna-Lena>',
      'We &lt;3 you, a &lt; b, a&lt;b, &lt;Anna&gt;, &lt;Anna-Lena&gt;',
      'We <3 you, a < b, a<b, <Anna>, <Anna-Lena>',
      'text that is no tag',
    ],
    ['<x-y>a</x-y><o:p>b</o:p><!-- <c> -->', 'ab', 'ab', 'text that is a tag'],
    [
      '<a href="www.x.example">a</a>',
      '<a href="https://www.x.example">a</a>',
      'a (https://www.x.example)',
      'a site without a scheme',
    ],
    ['<b>never closed', '<b>never closed</b>', 'never closed', 'unclosed elements are closed'],
    ['</div></body>after', 'after', 'after', 'stray end tags are dropped'],
  ];
  for (const [typed, html, text, why] of cases) {
    it(`of ${JSON.stringify(typed)} is ${JSON.stringify(html)}: ${why}`, () => {
      assert.equal(sanitizeSignature(typed), html);
      assert.equal(plainTextOf(html), text);
    });
  }

  const links: [typed: string, link: string | undefined][] = [
    [' https://x.example/ ', 'https://x.example/'],
    ['HTTP://x.example', 'HTTP://x.example'],
    ['x.example', 'https://x.example'],
    ['x.example/a.html?b#c', 'https://x.example/a.html?b#c'],
    ['//x.example/a', 'https://x.example/a'],
    ['müller.example:8080', 'https://müller.example:8080'],
    ['info@x.example', 'mailto:info@x.example'],
    ['info@x.example?subject=a', 'mailto:info@x.example?subject=a'],
    ['mailto:info@x.example', 'mailto:info@x.example'],
    ['+49 (30) 123-45', 'tel:+493012345'],
    ['/contact', undefined],
    ['#top', undefined],
    ['page.html', undefined],
    ['contact', undefined],
    ['', undefined],
    ['javascript:alert(1)', undefined],
    ['java\nscript:alert(1)', undefined],
    ['data:text/html,x', undefined],
    ['file:///etc/passwd', undefined],
    ['//192.0.2.1/', undefined],
  ];
  for (const [typed, link] of links) {
    it(`resolves the link ${JSON.stringify(typed)} to ${link ?? 'nothing'}`, () => {
      assert.equal(linkIn(typed), link);
    });
  }

  it('reports what is removed from it', () => {
    const typed =
      '<script>x</script><p onclick="x()">a</p><img src="x"><IMG src=y><style>b</style><a href="/x">c</a>' +
      '<p style="position:fixed;color:red;mso-x:y">d</p><svg/><input><p hidden>e</p><!-- <img> --><title>f</title>';
    const removed = removedFrom(typed);
    assert.equal(
      removedSentence(removed, languageFor('en')),
      'Removed from the signature: 2 scripts, 2 images (choose one as the logo), 1 style sheet, 1 form field, ' +
        '1 embedded item, 1 incomplete link address, 1 hidden passage and 1 unsupported style.',
    );
    assert.deepEqual(removedInAddress(removedInQuery(removed)), removed);
    assert.equal(
      removedSentence(
        removedInAddress('image.1_style-sheet.2_nonsense.3_link.x'),
        languageFor('fr'),
      ),
      'Retiré de la signature : 1 image (choisissez-la comme logo) et 2 feuilles de style.',
    );
    assert.equal(removedSentence(removedFrom(''), languageFor('fr')), undefined);
  });

  it('loses nothing more when it is sanitized again', () => {
    for (const typed of naughtyStrings()) {
      assert.deepEqual([...removedFrom(sanitizeSignature(typed))], [], typed);
    }
  });

  for (const piece of [
    '<b>',
    '<',
    '<table><tr><td>',
    '<p style="color:',
    '<a href="a.',
    '<!--',
    '<a-b ',
  ]) {
    it(`is sanitized in reasonable time when it repeats ${piece}`, () => {
      const typed = piece.repeat(mostTypedSignature / piece.length);
      assert.ok(sanitizeSignature(typed).length < 5 * typed.length);
      assert.ok(removedFrom(typed).size < 5);
    });
  }

  it('stays the same when it is sanitized again, whatever was typed', () => {
    for (const typed of naughtyStrings()) {
      const once = sanitizeSignature(typed);
      assert.equal(sanitizeSignature(once), once, typed);
      assert.doesNotMatch(once, /<(script|img|iframe|object|form|style|svg)/i);
    }
  });

  const server = { signature: '<p>Marie</p>', senderName: 'The "Shop"' };

  it('is added below both forms of a message, with its logo embedded once', () => {
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

  it('leaves a message unchanged when it is empty', () => {
    const signed = withSignature(
      { text: 'a', html: '<p>b</p>' },
      { signature: '', senderName: '' },
      undefined,
    );
    assert.deepEqual(signed, { text: 'a', html: '<p>b</p>', attachments: [] });
  });
});

describe('the signature editor', () => {
  it('allows all elements and attributes that the server keeps', () => {
    const editor = join(programFolder, 'views', 'assets', 'behaviours', 'rich-text.js');
    const named = new Set(readFileSync(editor, 'utf8').match(/[A-Za-z\d]+/g));
    const kept = [
      ...keptElements.map((name) => name.toUpperCase()),
      ...Object.keys(keptAttributes),
    ];
    assert.deepEqual(
      kept.filter((name) => !named.has(name)),
      [],
    );
  });
});
