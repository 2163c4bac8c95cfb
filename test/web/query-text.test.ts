import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { queryOf } from '../../plugin/web/query-text.js';

describe('a query', () => {
  it('is written as URLSearchParams writes it', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[\w.*~ +%&=-]{0,9}$/));
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { maxLength: 4 }), (pairs) => {
        assert.equal(queryOf(pairs), new URLSearchParams(pairs).toString());
      }),
    );
  });
});
