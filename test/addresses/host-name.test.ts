import assert from 'node:assert/strict';
import { HostName } from '../../plugin/addresses/index.js';
import { outcome } from './outcome.js';

describe('a host name', () => {
  it('has both forms of a domain name', () => {
    const host = HostName.parse('MX.Bücher.test');
    assert.equal(host.ascii, 'mx.xn--bcher-kva.test');
    assert.equal(host.toString(), 'mx.xn--bcher-kva.test');
    assert.equal(host.unicode, 'mx.bücher.test');
  });

  it('equals every spelling of itself and no other name', () => {
    const host = HostName.parse('mx.example.test');
    assert.equal(host.equals(HostName.parse('MX.EXAMPLE.TEST')), true);
    assert.equal(host.equals(HostName.parse('mx2.example.test')), false);
  });

  const refused: [why: string, text: string, reason: string][] = [
    ['is something', '', 'empty'],
    ['is not this machine', 'localhost', 'domain-single-label'],
    ['is no IPv4 address', '192.0.2.1', 'domain-is-ip'],
    ['is no IPv4 address in disguise', '0x7f.1', 'domain-is-ip'],
    ['is no IPv6 address', '::1', 'domain-is-ip'],
    ['is no address literal', '[::1]', 'domain-is-ip'],
    ['has no port', 'mx.example.test:25', 'domain-characters'],
    ['is no URL', 'smtp://mx.example.test', 'domain-characters'],
    ['has no dot at the end', 'mx.example.test.', 'domain-trailing-dot'],
  ];
  for (const [why, text, reason] of refused) {
    it(`${why}: ${JSON.stringify(text)}`, () => {
      assert.equal(
        outcome(() => HostName.parse(text)),
        reason,
      );
    });
  }
});
