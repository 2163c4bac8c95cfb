import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { passwordRefusal } from '../../../plugin/features/mailboxes/password.js';
import { generatePassword } from '../../../plugin/secrets/generated-password.js';
import {
  leastSurprises,
  passwordLength,
  surprises,
} from '../../../plugin/secrets/password-strength.js';

const address = 'marie.dupont@boulangerie.example';

/** The browser's own module. */
const behaviours = '../../../views/assets/behaviours';
const inBrowser = {
  ...(await import(`${behaviours}/password-strength.js`)),
  ...(await import(`${behaviours}/password-generator.js`)),
} as {
  surprises: (password: string) => number;
  levelOf: (password: string, least: number) => string | undefined;
  generatePassword: () => string;
};

describe('a password', () => {
  const cases: [password: string, key: string | undefined, why: string][] = [
    ['correct horse battery staple', undefined, 'uncommon together'],
    ['tR4v8-mKq2x', undefined, 'short, but random'],
    ['8391-2847-5520', undefined, 'only digits, since composition does not matter'],
    ['пароль-для-почты', undefined, 'any alphabet'],
    ['Dupond-habite-rue-Monge', undefined, 'a word like that of the address among others'],
    ['marie.dupont@boulangerie.example', 'address', 'the address'],
    ['MARIE.DUPONT', 'address', 'what is before the @, in capitals'],
    ['marie.dupont2024!', 'address', 'the same with little added'],
    ['boulangerie1', 'address', 'the domain with little added'],
    ['b0ul4ng3ri3', 'address', 'the domain in disguise'],
    ['password123', 'weak', 'the word itself'],
    ['P@ssw0rd!2024', 'weak', 'the word in disguise'],
    ['motdepasse', 'weak', 'the word in French'],
    ['azertyuiop', 'weak', 'a row of a French keyboard'],
    ['qwertyuiop12', 'weak', 'a row of an English keyboard'],
    ['adminadmin', 'weak', 'a word twice'],
    ['aaaaaaaaaaaa', 'weak', 'one character'],
    ['1234567890', 'weak', 'counting'],
    ['abcabcabcabcabc', 'weak', 'the same again and again'],
    ['9876543210zyxwvu', 'weak', 'counting down'],
  ];
  for (const [password, key, why] of cases) {
    it(`${key === undefined ? 'may' : 'must not'} be ${password}: ${why}`, () => {
      const refusal = passwordRefusal(password, address);
      assert.equal(
        refusal?.key,
        key === undefined ? undefined : `mailboxes.errors.password-${key}`,
      );
    });
  }

  it('must not contain the domain in either form', () => {
    for (const password of ['anna-bücher-2024', 'anna-xn--bcher-kva']) {
      const refusal = passwordRefusal(password, 'anna@xn--bcher-kva.example');
      assert.equal(refusal?.key, 'mailboxes.errors.password-address');
    }
  });

  it('is not compared with very short parts of the address', () => {
    assert.equal(passwordRefusal('xkvq-97-tzrp', 'ab@example.test'), undefined);
  });

  it('is rated the same by the server and the browser', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (password) => {
        assert.equal(inBrowser.surprises(password), surprises(password));
      }),
    );
  });

  it('is weak in the browser when the server refuses it for its repetitions', () => {
    for (const password of ['1234567890', 'aaaaaaaaaa', 'abcabcabcabc', 'tR4v8-mKq2x']) {
      const level = inBrowser.levelOf(password, passwordLength.least);
      assert.equal(level === 'weak', surprises(password) < leastSurprises, password);
    }
  });

  it('is rated short, fair, good and strong as it grows, and not at all while empty', () => {
    const full = 'kqzhvbtnwcrdpymc';
    const levels = [0, 9, 10, 11, 14].map((length) =>
      inBrowser.levelOf(full.slice(0, length), passwordLength.least),
    );
    assert.deepEqual(levels, [undefined, 'short', 'fair', 'good', 'strong']);
  });
});

for (const [where, generate] of [
  ['the command line', generatePassword],
  ['the browser', inBrowser.generatePassword],
] as const) {
  describe(`a password generated in ${where}`, () => {
    it('is always accepted, always different, and easy to read aloud', () => {
      const made = Array.from({ length: 200 }, generate);
      assert.equal(new Set(made).size, made.length);
      for (const password of made) {
        assert.match(password, /^[a-zA-Z2-9]{5}(-[a-zA-Z2-9]{5}){3}$/);
        assert.doesNotMatch(password, /[IOl]/);
        assert.equal(passwordRefusal(password, address), undefined, password);
        assert.equal(inBrowser.levelOf(password, passwordLength.least), 'strong');
      }
    });
  });
}
