import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  NetstringError,
  NetstringReader,
  netstring,
} from '../../../plugin/mail-server/answering/netstrings.js';

function readAll(chunks: readonly (string | Buffer)[], longest = 1000): string[] {
  const reader = new NetstringReader(longest);
  return chunks.flatMap((chunk) => [...reader.read(Buffer.from(chunk))]);
}

describe('netstrings', () => {
  it('are read as written, however the bytes are split', () => {
    const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { maxLength: 6 });
    fc.assert(
      fc.property(texts, fc.infiniteStream(fc.integer({ min: 1, max: 9 })), (contents, sizes) => {
        const bytes = Buffer.concat(contents.map(netstring));
        const chunks: Buffer[] = [];
        for (let start = 0; start < bytes.length;) {
          const size = sizes.next().value ?? 1;
          chunks.push(bytes.subarray(start, start + size));
          start += size;
        }
        assert.deepEqual(readAll(chunks), contents);
      }),
    );
  });

  it('are held back until they are complete', () => {
    for (const part of ['', '1', '12', '12:', '5:abcde', '3:ab']) {
      assert.deepEqual(readAll([part]), [], part);
    }
    assert.deepEqual(readAll(['1', '2:abcdefghijk', 'l', ',3:xyz', ',']), ['abcdefghijkl', 'xyz']);
  });

  const malformed: readonly [text: string, why: string][] = [
    ['x', 'no length'],
    [':abc,', 'an empty length'],
    ['-1:,', 'a sign'],
    ['+3:abc,', 'a sign'],
    [' 3:abc,', 'a space'],
    ['03:abc,', 'a leading zero'],
    ['00:,', 'a leading zero'],
    ['3:abcd,', 'no comma where the content ends'],
    ['1001:', 'longer than we take'],
    ['99999', 'more digits than any length that we take'],
    ['GET / HTTP/1.1\r\n', 'another protocol'],
  ];
  for (const [text, why] of malformed) {
    it(`are rejected as ${JSON.stringify(text)}: ${why}`, () => {
      assert.throws(() => readAll([text]), NetstringError);
      assert.throws(() => readAll(Array.from(text)), NetstringError);
    });
  }

  it('of random bytes yield contents or a NetstringError', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 30 })), (chunks) => {
        try {
          readAll(chunks.map((chunk) => Buffer.from(chunk)));
        } catch (error) {
          assert.ok(error instanceof NetstringError);
        }
      }),
    );
  });
});
