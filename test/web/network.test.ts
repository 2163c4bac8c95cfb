import assert from 'node:assert/strict';
import { networkOf } from '../../plugin/web/network.js';

describe('the network of a client', () => {
  for (const [address, network, reason] of [
    ['192.0.2.1', '192.0.2.1', 'an IPv4 address is often shared anyway'],
    ['::ffff:192.0.2.1', '192.0.2.1', 'as a dual-stack socket reports it'],
    ['::ffff:c000:201', '192.0.2.1', 'the same in hexadecimal'],
    ['192.0.2.1:4711', '192.0.2.1', 'as some proxies send it'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64', 'a client has a /64'],
    ['2001:DB8:1:2::', '2001:db8:1:2::/64', 'in any case'],
    ['[2001:db8:1:2::1]:4711', '2001:db8:1:2::/64', 'as some proxies send it'],
    ['::1', '::/64', 'this machine'],
    ['fe80::1%eth0', 'fe80::/64', 'a zone belongs to this machine'],
    ['not an address', 'not an address', 'a proxy that hides addresses'],
    [undefined, '', 'a Unix socket'],
  ] as const) {
    it(`is ${network || 'empty'} for ${address}: ${reason}`, () => {
      assert.equal(networkOf(address), network);
    });
  }
});
