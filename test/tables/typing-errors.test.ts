import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { errorsAtStart, mostErrors } from '../../plugin/tables/typing-errors.js';

describe('the errors of a typed word', () => {
  const cases: [typed: string, text: string, errors: number | undefined, why: string][] = [
    ['bureau', 'bureau', 0, 'the word'],
    ['bur', 'bureau@acme.example', 0, 'the beginning of the word'],
    ['buerau', 'bureau', 1, 'transposed letters'],
    ['ubreau', 'bureau', 1, 'transposed letters at the beginning'],
    ['bureua', 'bureau', 1, 'transposed letters at the end'],
    ['bueau', 'bureau', 1, 'a missing letter'],
    ['ureau', 'bureau', 1, 'a missing first letter'],
    ['burreau', 'bureau', 1, 'a doubled letter'],
    ['bureauu', 'bureau', 1, 'a doubled last letter'],
    ['buresu', 'bureau', 1, 'a wrong letter'],
    ['vureau', 'bureau', 1, 'a wrong first letter'],
    ['buro', 'bureau', 1, 'a word that ends wrongly'],
    ['exmapel.com', 'example.com', 2, 'two errors'],
    ['brueua', 'bureau', undefined, 'more errors than a word of its length may have'],
    ['bureau', 'plombier', undefined, 'another word'],
    ['bureau', '', undefined, 'nothing'],
  ];
  for (const [typed, text, errors, why] of cases) {
    it(`are ${errors ?? 'too many'} for ${typed} in “${text}”: ${why}`, () => {
      assert.equal(errorsAtStart(typed, text, mostErrors(typed)), errors);
    });
  }

  it('are at most one for one edit, wherever it was made', () => {
    const edits = fc.constantFrom('drop', 'double', 'swap', 'wrong');
    fc.assert(
      fc.property(fc.stringMatching(/^[a-e]{3,20}$/), fc.nat(), edits, (word, place, edit) => {
        const typed = edited(word, place % word.length, edit);
        const errors = errorsAtStart(typed, `${word}@example`, 1);
        assert.ok(errors !== undefined && errors <= 1, `${typed}: ${errors}`);
      }),
    );
  });
});

function edited(text: string, place: number, edit: 'drop' | 'double' | 'swap' | 'wrong'): string {
  const [before, letter, after] = [text.slice(0, place), text[place] ?? '', text.slice(place + 1)];
  switch (edit) {
    case 'drop':
      return before + after;
    case 'double':
      return before + letter + letter + after;
    case 'swap':
      return before + after.slice(0, 1) + letter + after.slice(1);
    case 'wrong':
      return `${before}z${after}`;
  }
}
