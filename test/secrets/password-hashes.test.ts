import assert from 'node:assert/strict';
import { hash as bcrypt } from '@node-rs/bcrypt';
import { encrypt } from 'unixcrypt';
import { hashIn } from '../../plugin/secrets/password-hashes.js';
import { hashPassword, passwordMatches } from '../../plugin/secrets/passwords.js';

const password = 'tR4v8-mKq2x-Hn7wz';

describe('the hash of a password that another program made', () => {
  it('is known with its scheme and without, and is that of the password alone', async () => {
    for (const [scheme, hash] of await made()) {
      const stored = `{${scheme}}${hash}`;
      assert.equal(hashIn(hash), stored);
      assert.equal(hashIn(`{${scheme.toLowerCase()}}${hash}`), stored);
      assert.equal(await passwordMatches(password, stored), true, stored);
      assert.equal(await passwordMatches('another', stored), false, stored);
    }
  });

  it('is refused when it is weak, unknown, incomplete, or costs mail servers too much', async () => {
    const argon = (await hashPassword(password)).replace('{ARGON2ID}', '');
    for (const [text, key] of [
      ['{PLAIN}secret-secret', 'hash-scheme'],
      ['{SSHA}abcdefghijklmnop', 'hash-scheme'],
      ['{MD5-CRYPT}$1$salt$abcdefghijklmnopqrstuv', 'hash-scheme'],
      ['$1$salt$abcdefghijklmnopqrstuv', 'hash-scheme'],
      ['{SHA512-CRYPT}$6$salt$short', 'hash-form'],
      [`{ARGON2ID}${argon.slice(0, 20)}`, 'hash-form'],
      [`{BLF-CRYPT}${argon}`, 'hash-form'],
      [argon.replace('m=19456', 'm=4194304'), 'hash-cost'],
      [argon.replace('t=2', 't=999'), 'hash-cost'],
      [`$6$rounds=999999999$salt$${'a'.repeat(86)}`, 'hash-cost'],
      [`$2y$31$${'a'.repeat(53)}`, 'hash-cost'],
      [`{ARGON2ID}${argon}\n{PLAIN}x`, 'hash-form'],
    ] as const) {
      const refusal = hashIn(text);
      assert.ok(typeof refusal === 'object', text);
      assert.equal(refusal.key, `imports.errors.${key}`, text);
    }
  });

  it('is none where the text is a password itself', () => {
    for (const text of [password, '$6$ is my lucky number', '{ a brace', '$2y$']) {
      assert.equal(hashIn(text), undefined, text);
    }
  });
});

async function made(): Promise<readonly (readonly [scheme: string, hash: string])[]> {
  return [
    ['ARGON2ID', (await hashPassword(password)).replace('{ARGON2ID}', '')],
    ['SHA512-CRYPT', encrypt(password, '$6$rounds=6000$saltsalt')],
    ['SHA512-CRYPT', encrypt(password, '$6$saltsalt')],
    ['SHA256-CRYPT', encrypt(password, '$5$saltsalt')],
    ['BLF-CRYPT', await bcrypt(password, 5)],
    ['BLF-CRYPT', (await bcrypt(password, 5)).replace('$2b$', '$2y$')],
  ];
}
