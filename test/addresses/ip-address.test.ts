import assert from 'node:assert/strict';
import { IpAddress } from '../../plugin/addresses/index.js';
import { outcome } from './outcome.js';

describe('an IP address', () => {
  const accepted: [why: string, text: string, expected: string][] = [
    ['may be IPv4', '192.0.2.1', '192.0.2.1'],
    ['may be the highest IPv4', '255.255.255.255', '255.255.255.255'],
    ['may be IPv6', '2001:db8::1', '2001:db8::1'],
    ['has no leading zeros', '2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['is in lower case', '2001:DB8::A', '2001:db8::a'],
    ['keeps a single zero group', '2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['shortens the longest zeros', '2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['shortens the first of two equal zeros', '2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['may shorten one group', '1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['may be all zeros', '0:0:0:0:0:0:0:0', '::'],
    ['may end as IPv4', '64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['is IPv4 if it is IPv4-mapped', '::ffff:192.0.2.1', '192.0.2.1'],
    ['is IPv4 if it is IPv4-mapped in hexadecimal', '::FFFF:c000:201', '192.0.2.1'],
    ['is not IPv4 if it is IPv4-compatible', '::192.0.2.1', '::c000:201'],
  ];
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

  const refused: [why: string, text: string, reason?: string][] = [
    ['is something', '', 'empty'],
    ['is no name', 'example.test'],
    ['is not short', '127.1'],
    ['is not one number', '2130706433'],
    ['is not octal', '0177.0.0.1'],
    ['has no leading zero', '192.0.2.01'],
    ['is not hexadecimal', '0x7f.0.0.1'],
    ['has four numbers', '192.0.2'],
    ['has no fifth number', '192.0.2.1.1'],
    ['has no number above 255', '192.0.2.256'],
    ['has no dot at the end', '192.0.2.1.'],
    ['has no full-width digits', '１92.0.2.1'],
    ['has no Arabic digits', '١92.0.2.1'],
    ['has no ideographic full stop', '192。0。2。1'],
    ['has no space before', ' 192.0.2.1'],
    ['has no space after', '192.0.2.1 '],
    ['has no line break', '192.0.2.1\n'],
    ['has no NUL', '192.0.2.1\u0000'],
    ['has no port', '192.0.2.1:25'],
    ['has no prefix length', '192.0.2.0/24'],
    ['has no brackets', '[192.0.2.1]'],
    ['has no brackets around IPv6', '[2001:db8::1]'],
    ['has no tag of an address literal', 'IPv6:2001:db8::1'],
    ['has no zone', 'fe80::1%eth0'],
    ['has no IPv6 prefix length', '2001:db8::/32'],
    ['has eight groups', '1:2:3:4:5:6:7'],
    ['has no ninth group', '1:2:3:4:5:6:7:8:9'],
    ['has nothing to shorten in eight groups', '1:2:3:4:5:6:7:8::'],
    ['is shortened once', '1::2::3'],
    ['has no three colons', '1:::2'],
    ['has no group of five digits', '2001:00db8::1'],
    ['has no colon at the end', '1:2:3:4:5:6:7:8:'],
    ['has IPv4 only at the end', '::192.0.2.1:1'],
    ['has no octal IPv4 at the end', '::ffff:0177.0.0.1'],
    ['has no short IPv4 at the end', '::ffff:127.1'],
  ];
  for (const [why, text, reason = 'not-an-ip'] of refused) {
    it(`${why}: ${JSON.stringify(text)}`, () => {
      assert.equal(
        outcome(() => IpAddress.parse(text)),
        reason,
      );
    });
  }
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
