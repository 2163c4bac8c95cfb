import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { readableReply } from '../../plugin/sending/reply.js';

describe("a server's reply for people", () => {
  const cases: [reply: string | undefined, shown: string | undefined, why: string][] = [
    ['250 2.0.0 Ok', '250 2.0.0 Ok', 'as it is'],
    [
      '535-5.7.8 Not accepted. See\n535 5.7.8  https://a.test',
      '535 5.7.8 Not accepted. See https://a.test',
      'the codes once',
    ],
    ['550-5.7.1\r\n550 5.7.1', '550 5.7.1', 'nothing but codes'],
    [
      '550 \u001b[31mred\u0007\t\u202eno\u200b',
      '550 [31mred no',
      'no control characters, no changes of direction',
    ],
    ['', undefined, 'an empty reply is none'],
    [undefined, undefined, 'nor is no reply'],
  ];
  for (const [reply, shown, why] of cases) {
    it(`is ${JSON.stringify(shown)}: ${why}`, () => {
      assert.equal(readableReply(reply), shown);
    });
  }

  it('is one line of at most 200 visible characters, whatever the server says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (reply) => {
        const shown = readableReply(reply) ?? '';
        assert.ok(Array.from(shown).length <= 200);
        assert.doesNotMatch(shown, /\p{C}/u);
      }),
    );
  });
});
