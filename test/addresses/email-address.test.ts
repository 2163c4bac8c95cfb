import assert from 'node:assert/strict';
import { EmailAddress } from '../../plugin/addresses/index.js';
import { type Row, itRejects, rowsOf } from './outcome.js';

const LOCAL_64 = 'a'.repeat(64);
const DOMAIN_189 = `${`${'b'.repeat(62)}.`.repeat(2)}${'c'.repeat(63)}`;

describe('an e-mail address', () => {
  const accepted: Row[] = [
    ...rowsOf('email-address', 'accepted'),
    ['may have 64 octets before the at sign', `${LOCAL_64}@b.test`, `${LOCAL_64}@b.test`],
    ['may have 254 octets', `${LOCAL_64}@${DOMAIN_189}`, `${LOCAL_64}@${DOMAIN_189}`],
  ];
  for (const [why, text, expected] of accepted) {
    it(`${why}: ${text.slice(0, 40)}`, () => {
      const address = EmailAddress.parse(text);
      assert.equal(address.toString(), expected);
      assert.equal(`${address.localPart}@${address.domain.ascii}`, expected);
    });
  }

  it('has a UTF-8 form when its domain has one', () => {
    const address = EmailAddress.parse('jane@xn--bcher-kva.test');
    assert.equal(address.utf8, 'jane@bücher.test');
    assert.equal(address.toUnicode(), 'jane@bücher.test');
  });

  it('has no UTF-8 form when its domain is ASCII', () => {
    const address = EmailAddress.parse('jane@example.test');
    assert.equal(address.utf8, undefined);
    assert.equal(address.toUnicode(), 'jane@example.test');
  });

  it('equals every spelling of itself and no other address', () => {
    const address = EmailAddress.parse('jane@bücher.test');
    assert.equal(address.equals(EmailAddress.parse('JANE@XN--BCHER-KVA.test')), true);
    assert.equal(address.equals(EmailAddress.parse('jane+tag@bücher.test')), false);
    assert.equal(address.equals(EmailAddress.parse('jane@bucher.test')), false);
  });
});

describe('an invalid e-mail address', () => {
  const refused: Row[] = [
    ...rowsOf('email-address', 'refused'),
    ['65 octets before the at sign', `a${LOCAL_64}@b.test`, 'local-part-too-long'],
    ['255 octets', `${LOCAL_64}@b.${DOMAIN_189.slice(1)}`, 'too-long'],
    ['255 octets once in A-labels', `${LOCAL_64}@é.${DOMAIN_189.slice(7)}`, 'too-long'],
  ];
  itRejects((text) => EmailAddress.parse(text), refused, 'is rejected: ');
});
