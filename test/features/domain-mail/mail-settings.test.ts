import assert from 'node:assert/strict';
import { EmailAddress, IpAddress } from '../../../plugin/addresses/index.js';
import { keptFields } from '../../../plugin/features/domain-mail/policies/field-texts.js';
import { forwardRefusal } from '../../../plugin/features/domain-mail/policies/forward.js';
import { redirectRefusal } from '../../../plugin/features/domain-mail/policies/redirect.js';

const here = { name: 'here.example', displayName: 'here.example' };

describe('the forwarding address for unknown recipients', () => {
  const cases: [to: string, control: boolean, mayLeave: boolean, accepted: boolean, why: string][] =
    [
      ['info@here.example', true, false, true, 'control requires the same domain'],
      ['INFO@HERE.example', true, false, true, 'case does not matter'],
      ['info@sub.here.example', true, false, false, 'a subdomain is another domain'],
      ['info@out.example', true, false, false, 'control keeps it inside'],
      ['info@out.example', true, true, true, 'an administrator may leave the domain'],
      ['info@out.example', false, false, true, 'without control any address is allowed'],
    ];
  for (const [to, outgoingControl, mayLeaveDomain, accepted, why] of cases) {
    it(`${accepted ? 'may' : 'must not'} be ${to}: ${why}`, () => {
      const rules = { domain: here, outgoingControl, mayLeaveDomain };
      assert.equal(forwardRefusal(EmailAddress.parse(to), rules) === undefined, accepted);
    });
  }
});

describe('the server that mail for unknown recipients is redirected to', () => {
  const cases: [ip: string, mayUsePrivate: boolean, accepted: boolean, why: string][] = [
    ['8.8.8.8', false, true, 'a public address'],
    ['2606:4700:4700::1111', false, true, 'a public IPv6 address'],
    ['203.0.114.9', true, false, "the installation's own address"],
    ['10.1.2.3', false, false, 'a private address is for administrators'],
    ['10.1.2.3', true, true, 'an administrator may use a private address'],
    ['127.0.0.1', true, false, 'loopback, even for an administrator'],
    ['::1', true, false, 'IPv6 loopback'],
    ['::ffff:127.0.0.1', true, false, 'loopback in disguise'],
    ['169.254.169.254', true, false, 'link-local'],
    ['fe80::1', true, false, 'IPv6 link-local'],
    ['224.0.0.1', true, false, 'multicast'],
    ['0.0.0.0', true, false, 'this host'],
  ];
  for (const [ip, mayUsePrivate, accepted, why] of cases) {
    it(`${accepted ? 'may' : 'must not'} be ${ip}: ${why}`, () => {
      const rules = { ownAddresses: ['203.0.114.9'], mayUsePrivate };
      assert.equal(redirectRefusal(IpAddress.parse(ip), rules) === undefined, accepted);
    });
  }
});

describe('the input for policies that are not selected', () => {
  it('is kept as typed', () => {
    const body = {
      policy: 'reject',
      rejectText: 'no',
      forwardTo: 'not an address',
      redirectIp: '',
    };
    assert.deepEqual(keptFields('reject', body), { forwardTo: 'not an address' });
  });

  it('is dropped when it is no text, or too long', () => {
    const body = { bounceText: ['a', 'b'], forwardTo: 'x'.repeat(1001) };
    assert.deepEqual(keptFields('reject', body), {});
  });
});
