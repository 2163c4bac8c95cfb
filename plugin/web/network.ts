import { IpAddress } from '../addresses/index.js';

/**
 * The network that a client's address counts for: the address itself, or the /64 of an IPv6 address, the least that a
 * client is assigned (RFC 6177 §2, RFC 4291 §2.5.1), so that more addresses do not mean more attempts.
 *
 * @param address from Express; behind a proxy it may have a port or brackets.
 */
export function networkOf(address: string | undefined): string {
  const bare = (address ?? '')
    .replace(/^\[(.*)\](:\d+)?$/, '$1')
    .replace(/^([\d.]+):\d+$/, '$1')
    .replace(/%.*$/, '');
  try {
    return IpAddress.parse(bare).network;
  } catch {
    return bare.slice(0, 64);
  }
}
