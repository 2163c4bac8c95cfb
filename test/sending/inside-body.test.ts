import assert from 'node:assert/strict';
import { insideBody } from '../../plugin/sending/inside-body.js';

describe('a text inserted below a message’s HTML', () => {
  const cases: [html: string, expected: string, why: string][] = [
    ['<p>a</p>', '<p>a</p>|', 'a fragment'],
    ['', '|', 'nothing'],
    ['<html><body>a</body></html>\n', '<html><body>a|</body></html>\n', 'a document'],
    ['<HTML><BODY>a</BODY ></HTML>', '<HTML><BODY>a|</BODY ></HTML>', 'upper case'],
    ['<html>a</html>', '<html>a|</html>', 'a document without a body'],
    ['<body>a', '<body>a|', 'a body that does not end'],
    ['a</body></html>', 'a|</body></html>', 'only end tags'],
    ['<body>a</html>', '<body>a|</html>', 'a missing end tag'],
    [
      '<body>a<!-- </body> --></body><!-- </body> -->',
      '<body>a<!-- </body> -->|</body><!-- </body> -->',
      'ends in comments',
    ],
    [
      '<body>a<script>"</body>"</script><p title="</body>">b</p></body>',
      '<body>a<script>"</body>"</script><p title="</body>">b</p>|</body>',
      'ends in scripts and attributes',
    ],
    [
      '<html><body>a</body></html><html><body>b</body></html>',
      '<html><body>a</body></html><html><body>b|</body></html>',
      'several documents',
    ],
    ['<body>a</body>b</html>c', '<body>a</body>b</html>c|', 'text after the end'],
    [
      '<body>a</body><img src="x"><style>b</style></html>',
      '<body>a|</body><img src="x"><style>b</style></html>',
      'invisible content after the end',
    ],
    [
      '<body><table><tr><td><b>a</body>',
      '<body><table><tr><td><b>a</b></td></tr></table>|</body>',
      'unclosed elements',
    ],
    ['<a href="https://x.test">a', '<a href="https://x.test">a</a>|', 'the same in a fragment'],
    ['<body>a</body', '<body>a</body|', 'a tag that is cut off'],
  ];
  for (const [html, expected, why] of cases) {
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
