import ipaddr from 'ipaddr.js';

/**
 * What an IP address may be used for. `reserved` also covers IPv6 addresses that embed an IPv4 address: whoever
 * may not reach the inner address must not reach it in disguise.
 */
export type IpRange =
  | 'public'
  | 'private'
  | 'loopback'
  | 'link-local'
  | 'multicast'
  | 'unspecified'
  | 'reserved';

type Network = readonly [cidr: string, range: IpRange];

/** The first that matches decides. From the IANA special-purpose registry (RFC 6890). */
const IPV4 = networks([
  ['0.0.0.0/32', 'unspecified'],
  ['0.0.0.0/8', 'reserved'],
  ['10.0.0.0/8', 'private'],
  ['100.64.0.0/10', 'private'], // shared by a provider's customers, RFC 6598
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'link-local'],
  ['172.16.0.0/12', 'private'],
  ['192.0.0.0/24', 'reserved'],
  ['192.0.2.0/24', 'reserved'], // documentation, RFC 5737
  ['192.88.99.0/24', 'reserved'], // 6to4 relays, RFC 7526
  ['192.168.0.0/16', 'private'],
  ['198.18.0.0/15', 'reserved'], // benchmarks, RFC 2544
  ['198.51.100.0/24', 'reserved'],
  ['203.0.113.0/24', 'reserved'],
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved'],
  ['0.0.0.0/0', 'public'],
]);

/** Only 2000::/3 is given out as global unicast; what no line names is reserved. */
const IPV6 = networks([
  ['::/128', 'unspecified'],
  ['::1/128', 'loopback'],
  ['fc00::/7', 'private'],
  ['fe80::/10', 'link-local'],
  ['ff00::/8', 'multicast'],
  ['2001::/23', 'reserved'], // Teredo 2001::/32, benchmarks, ORCHID: RFC 2928
  ['2001:db8::/32', 'reserved'], // documentation, RFC 3849
  ['2002::/16', 'reserved'], // 6to4, RFC 3056
  ['3fff::/20', 'reserved'], // documentation, RFC 9637
  ['2000::/3', 'public'],
]);

export function rangeOf(address: ipaddr.IPv4 | ipaddr.IPv6): IpRange {
  if (address instanceof ipaddr.IPv6 && isIsatap(address)) {
    return 'reserved';
  }
  const known = address instanceof ipaddr.IPv6 ? IPV6 : IPV4;
  return known.find(([network]) => address.match(network))?.[1] ?? 'reserved';
}

/** An IPv4 address behind any prefix: RFC 5214 §6.1. */
function isIsatap({ parts }: ipaddr.IPv6): boolean {
  return (parts[4] === 0 || parts[4] === 0x200) && parts[5] === 0x5efe;
}

function networks(list: readonly Network[]) {
  return list.map(([cidr, range]) => [ipaddr.parseCIDR(cidr), range] as const);
}
