import assert from 'node:assert/strict';
import { hasManyParts } from '../../plugin/web/json-body.js';

const many = 6000;

describe('the parts of a JSON text', () => {
  const cases: [what: string, json: string, isMany: boolean][] = [
    ['a message', '{"to":["a@b.test"],"text":"a, b [c] {d}"}', false],
    ['a long text full of marks', JSON.stringify({ text: '{[,'.repeat(many) }), false],
    [
      'a text that ends in an escape',
      JSON.stringify([`${'\\'.repeat(3)}"`, '[,{'.repeat(many)]),
      false,
    ],
    ['many objects', JSON.stringify(Array.from({ length: many }, () => ({}))), true],
    ['many numbers', JSON.stringify(Array.from({ length: many }, () => 1)), true],
    ['great depth', '['.repeat(many), true],
    ['many behind a text', `["\\"",${'{},'.repeat(many)}`, true],
    ['a text without an end', `"${','.repeat(many)}`, false],
  ];
  for (const [what, json, isMany] of cases) {
    it(`are ${isMany ? 'too many' : 'few'}: ${what}`, () => {
      assert.equal(hasManyParts(Buffer.from(json)), isMany);
    });
  }
});
