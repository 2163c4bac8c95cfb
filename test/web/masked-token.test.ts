import assert from 'node:assert/strict';
import { maskToken, unmaskToken } from '../../plugin/web/masked-token.js';

describe('a masked token', () => {
  const token = '00ff10'.repeat(10);

  it('looks different each time and unmasks to the same token', () => {
    const seen = new Set(Array.from({ length: 100 }, () => maskToken(token)));
    assert.equal(seen.size, 100);
    for (const masked of seen) {
      assert.equal(unmaskToken(masked), token);
      assert.match(masked, /^[\w-]+$/);
    }
  });

  it('does not unmask when it was altered, truncated or forged', () => {
    const masked = maskToken(token);
    const texts = [
      `${masked.slice(0, -1)}${masked.endsWith('A') ? 'B' : 'A'}`,
      masked.slice(1),
      masked.slice(0, 40),
      `${masked}AAAA`,
      token,
      'é',
      '',
    ];
    for (const text of texts) {
      assert.notEqual(unmaskToken(text), token, text);
    }
  });
});
