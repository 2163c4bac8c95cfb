import assert from 'node:assert/strict';
import { AddressError, DomainName } from '../../plugin/addresses/index.js';
import { type Row, itRejects, rowsOf } from './outcome.js';

const LABEL_63 = 'a'.repeat(63);
const NAME_253 = `${LABEL_63}.${LABEL_63}.${LABEL_63}.${'b'.repeat(61)}`;

describe('a domain name', () => {
  const accepted: Row[] = [
    ...rowsOf('domain-name', 'accepted'),
    ['may have a label of 63 octets', `${LABEL_63}.test`, `${LABEL_63}.test`],
    ['may have 253 octets', NAME_253, NAME_253],
  ];
  for (const [why, text, ascii, unicode = ascii] of accepted) {
    it(`${why}: ${shown(text)}`, () => {
      const name = DomainName.parse(text);
      assert.equal(name.ascii, ascii);
      assert.equal(name.toString(), ascii);
      assert.equal(name.unicode, unicode);
      assert.equal(name.utf8, unicode === ascii ? undefined : unicode);
    });
  }

  it('equals every spelling of itself and no other name', () => {
    const name = DomainName.parse('bücher.test');
    assert.equal(name.equals(DomainName.parse('XN--BCHER-KVA.TEST')), true);
    assert.equal(name.equals(DomainName.parse('bucher.test')), false);
  });
});

describe('an invalid domain name', () => {
  const refused: Row[] = [
    ...rowsOf('domain-name', 'refused'),
    ['a label of 64 octets', `${LABEL_63}a.test`, 'domain-label-too-long'],
    ['an A-label of over 63 octets', `${'é'.repeat(60)}.test`, 'domain-label-too-long'],
    ['a name of 254 octets', `${NAME_253}b`, 'domain-too-long'],
    ['a name of a megabyte', 'a.'.repeat(2 ** 19), 'domain-too-long'],
  ];
  itRejects((text) => DomainName.parse(text), refused, 'is rejected: ');

  it('reports the locale key of a sentence', () => {
    assert.equal(new AddressError('domain-hyphen').key, 'errors.address.domain-hyphen');
  });
});

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
