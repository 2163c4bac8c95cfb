import assert from 'node:assert/strict';
import { AddressError, DomainName } from '../../../plugin/addresses/index.js';
import {
  addressWithin,
  bytesPerMegabyte,
  forPeople,
  megabytesIn,
  quotaRefusal,
} from '../../../plugin/features/mailboxes/mailbox.js';
import { RefusedError } from '../../../plugin/features/mailboxes/refused-error.js';
import { configInjections, identityCollisions, naughtyStrings } from '../../addresses/vectors.js';

const munich = DomainName.parse('münchen.test');

describe('the address of a mailbox', () => {
  const accepted: [typed: string, address: string, why: string][] = [
    ['marie', 'marie@xn--mnchen-3ya.test', 'the part before the @ is enough'],
    ['Marie.DUPONT', 'marie.dupont@xn--mnchen-3ya.test', 'case does not matter'],
    ['marie@münchen.test', 'marie@xn--mnchen-3ya.test', 'the whole, in U-labels'],
    ['marie@MÜNCHEN.test', 'marie@xn--mnchen-3ya.test', 'the whole, in upper case'],
    ['marie@xn--mnchen-3ya.test', 'marie@xn--mnchen-3ya.test', 'the whole, in A-labels'],
    ['m'.repeat(64), `${'m'.repeat(64)}@xn--mnchen-3ya.test`, 'as long as it may be'],
  ];
  for (const [typed, address, why] of accepted) {
    it(`may be typed as ${typed}: ${why}`, () => {
      const parsed = addressWithin(munich, typed);
      assert.equal(parsed.toString(), address);
      assert.equal(parsed.utf8, address.replace('xn--mnchen-3ya', 'münchen'));
    });
  }

  const refused: [typed: string, key: string, why: string][] = [
    ['', 'errors.address.empty', 'nothing'],
    ['@münchen.test', 'errors.address.empty', 'nothing before the @'],
    ['marie@', 'errors.address.empty', 'nothing behind it'],
    ['marie@other.test', 'mailboxes.errors.other-domain', 'of another domain'],
    ['marie@evil.test@münchen.test', 'errors.address.mailbox-at', 'two of them'],
    ['marié', 'errors.address.non-ascii-local-part', 'an accent before the @'],
    ['marie+tag', 'errors.address.mailbox-plus', 'that reaches marie already'],
    ['a/b', 'errors.address.mailbox-slash', 'a folder'],
    ['m'.repeat(65), 'errors.address.local-part-too-long', 'RFC 5321 §4.5.3.1.1'],
    ['m'.repeat(255), 'errors.address.local-part-too-long', 'much too long'],
    ['a\nb', 'errors.address.mailbox-characters', 'a line break'],
    ['a\u0000', 'errors.address.mailbox-characters', 'NUL'],
    ['<b>a</b>', 'errors.address.mailbox-slash', 'HTML'],
  ];
  for (const [typed, key, why] of refused) {
    it(`is invalid as ${JSON.stringify(typed)}: ${why}`, () => {
      assert.throws(
        () => addressWithin(munich, typed),
        (error) => error instanceof Error && 'key' in error && error.key === key,
      );
    });
  }

  it('is plain ASCII or rejected, whatever is typed', () => {
    const { variants } = identityCollisions();
    for (const text of [...naughtyStrings(), ...configInjections(), ...variants]) {
      const address = acceptedOr(text);
      assert.ok(
        address === undefined || /^[a-z\d][a-z\d._'-]*@xn--mnchen-3ya\.test$/.test(address),
        address,
      );
    }
  });

  it('is shown with its domain in U-labels', () => {
    assert.equal(forPeople('marie@xn--mnchen-3ya.test'), 'marie@münchen.test');
    assert.equal(forPeople('marie@example.test'), 'marie@example.test');
  });
});

describe('a quota', () => {
  it('is a whole number of megabytes', () => {
    assert.equal(megabytesIn('0'), 0);
    assert.equal(megabytesIn('2048'), 2048);
    for (const text of [
      '-1',
      '1.5',
      '1e3',
      ' 1',
      '0x10',
      'Infinity',
      '١',
      '10000001',
      '9'.repeat(400),
    ]) {
      assert.throws(() => megabytesIn(text), RefusedError, text);
    }
  });

  const plan = 500 * bytesPerMegabyte;
  const cases: [quota: number, most: number | undefined, key: string | undefined, why: string][] = [
    [0, undefined, undefined, 'a plan without a limit allows no limit'],
    [plan * 1000, undefined, undefined, 'and any size'],
    [plan, plan, undefined, 'as much as the plan allows'],
    [plan + 1, plan, 'mailboxes.errors.quota-above-plan', 'more than that'],
    [0, plan, 'mailboxes.errors.quota-unlimited', 'no limit is more, too'],
  ];
  for (const [quota, most, key, why] of cases) {
    it(`of ${quota} bytes with a plan’s limit of ${String(most)}: ${why}`, () => {
      const refusal = quotaRefusal(quota, most);
      assert.equal(refusal?.key, key);
      assert.equal(refusal?.args?.['count'], key === undefined ? undefined : 500);
    });
  }
});

function acceptedOr(text: string): string | undefined {
  try {
    return addressWithin(munich, text).toString();
  } catch (error) {
    assert.ok(error instanceof AddressError || error instanceof RefusedError);
    return undefined;
  }
}
