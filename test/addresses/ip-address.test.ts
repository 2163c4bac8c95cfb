import assert from 'node:assert/strict';
import { IpAddress } from '../../plugin/addresses/index.js';
import { itRejects, rowsOf } from './outcome.js';

describe('an IP address', () => {
  const accepted = rowsOf('ip-address', 'accepted');
  for (const [why, text, expected] of accepted) {
    it(`${why}: ${text}`, () => {
      const address = IpAddress.parse(text);
      assert.equal(address.toString(), expected);
      assert.equal(address.version, expected.includes(':') ? 6 : 4);
      assert.equal(address.smtpLiteral(), `[${expected}]`);
    });
  }

  it('equals every spelling of itself and no other address', () => {
    const address = IpAddress.parse('::ffff:192.0.2.1');
    assert.equal(address.equals(IpAddress.parse('192.0.2.1')), true);
    assert.equal(address.equals(IpAddress.parse('::192.0.2.1')), false);
  });

  itRejects((text) => IpAddress.parse(text), rowsOf('ip-address', 'refused'));
});

describe('the range of an IP address', () => {
  const ranges: Record<string, [text: string, why: string][]> = {
    public: [
      ['1.1.1.1', 'a resolver'],
      ['100.63.255.255', 'before the shared addresses'],
      ['100.128.0.0', 'after the shared addresses'],
      ['172.15.255.255', 'before the private addresses'],
      ['172.32.0.0', 'after the private addresses'],
      ['223.255.255.255', 'before multicast'],
      ['::ffff:8.8.8.8', 'IPv4-mapped'],
      ['2606:4700:4700::1111', 'a resolver'],
      ['2001:200::1', 'after the protocol assignments'],
      ['3ffe:ffff::1', 'before the second documentation range'],
    ],
    private: [
      ['10.0.0.1', 'RFC 1918'],
      ['172.16.0.1', 'RFC 1918'],
      ['172.31.255.255', 'RFC 1918'],
      ['192.168.0.1', 'RFC 1918'],
      ['100.64.0.1', 'RFC 6598'],
      ['100.127.255.255', 'RFC 6598'],
      ['::ffff:10.0.0.1', 'RFC 1918, IPv4-mapped'],
      ['fc00::1', 'RFC 4193'],
      ['fdff::1', 'RFC 4193'],
    ],
    loopback: [
      ['127.0.0.1', 'RFC 1122'],
      ['127.255.255.255', 'RFC 1122'],
      ['::1', 'RFC 4291'],
      ['::ffff:7f00:1', 'IPv4-mapped'],
    ],
    'link-local': [
      ['169.254.169.254', 'the metadata of clouds'],
      ['fe80::1', 'RFC 4291'],
      ['febf::1', 'RFC 4291'],
    ],
    multicast: [
      ['224.0.0.1', 'RFC 5771'],
      ['239.255.255.255', 'RFC 5771'],
      ['ff02::1', 'RFC 4291'],
    ],
    unspecified: [
      ['0.0.0.0', 'RFC 1122'],
      ['::', 'RFC 4291'],
      ['::ffff:0.0.0.0', 'IPv4-mapped'],
    ],
    reserved: [
      ['0.0.0.1', 'this network, RFC 791'],
      ['192.0.0.8', 'protocol assignments, RFC 6890'],
      ['192.0.2.1', 'documentation, RFC 5737'],
      ['192.88.99.1', '6to4 relay, RFC 7526'],
      ['198.18.0.1', 'benchmarks, RFC 2544'],
      ['198.19.255.255', 'benchmarks, RFC 2544'],
      ['198.51.100.1', 'documentation, RFC 5737'],
      ['203.0.113.1', 'documentation, RFC 5737'],
      ['240.0.0.1', 'future use, RFC 1112'],
      ['255.255.255.255', 'broadcast, RFC 919'],
      ['::8.8.8.8', 'IPv4-compatible, RFC 4291'],
      ['::ffff:0:8.8.8.8', 'IPv4-translated, RFC 2765'],
      ['64:ff9b::8.8.8.8', 'NAT64, RFC 6052'],
      ['64:ff9b:1::8.8.8.8', 'local NAT64, RFC 8215'],
      ['100::1', 'discard, RFC 6666'],
      ['2001:0:808:808::1', 'Teredo, RFC 4380'],
      ['2001:2::1', 'benchmarks, RFC 5180'],
      ['2001:10::1', 'ORCHID, RFC 4843'],
      ['2001:20::1', 'ORCHIDv2, RFC 7343'],
      ['2001:db8::1', 'documentation, RFC 3849'],
      ['2002:808:808::1', '6to4, RFC 3056'],
      ['3fff::1', 'documentation, RFC 9637'],
      ['2606:4700::5efe:10.0.0.1', 'ISATAP, RFC 5214'],
      ['2606:4700::200:5efe:8.8.8.8', 'ISATAP of a public address, RFC 5214'],
      ['5f00::1', 'segment routing, RFC 9602'],
      ['fec0::1', 'site-local, RFC 3879'],
      ['4000::1', 'not given out'],
    ],
  };
  for (const [range, addresses] of Object.entries(ranges)) {
    for (const [text, why] of addresses) {
      it(`is ${range} for ${text}: ${why}`, () => {
        assert.equal(IpAddress.parse(text).range, range);
      });
    }
  }
});
