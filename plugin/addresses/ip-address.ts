import ipaddr from 'ipaddr.js';
import { AddressError } from './address-error.js';
import { type IpRange, rangeOf } from './ip-range.js';

const OCTET = String.raw`(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`;
const DOTTED_QUAD = String.raw`${OCTET}(?:\.${OCTET}){3}`;
const GROUP = String.raw`[\da-f]{0,4}`;
const IPV4 = new RegExp(`^${DOTTED_QUAD}$`);
// ipaddr.js counts the groups; it would also take zone ids and octal numbers.
const IPV6 = new RegExp(`^(?:${GROUP}:){2,8}(?:${GROUP}|${DOTTED_QUAD})$`, 'i');
const LAST_QUAD = new RegExp(`${DOTTED_QUAD}$`);

/**
 * An IPv4 address as four decimal numbers, or an IPv6 address as in RFC 4291 §2.2. An IPv4-mapped IPv6 address
 * is the IPv4 address that it stands for.
 */
export class IpAddress {
  readonly #address: ipaddr.IPv4 | ipaddr.IPv6;

  private constructor(address: ipaddr.IPv4 | ipaddr.IPv6) {
    this.#address = address;
  }

  /** @throws {AddressError} also for what inet_aton(3) or a URL would accept: `127.1`, `0177.0.0.1`, `[::1]`, `fe80::1%lo`. */
  static parse(text: string): IpAddress {
    if (text === '') {
      throw new AddressError('empty');
    }
    if (IPV4.test(text)) {
      return new IpAddress(ipaddr.IPv4.parse(text));
    }
    const groups = IPV6.test(text) ? text.replace(LAST_QUAD, toGroups) : '';
    if (!ipaddr.IPv6.isValid(groups)) {
      throw new AddressError('not-an-ip');
    }
    return new IpAddress(ipaddr.process(groups));
  }

  get version(): 4 | 6 {
    return this.#address.kind() === 'ipv4' ? 4 : 6;
  }

  get range(): IpRange {
    return rangeOf(this.#address);
  }

  /** Itself, or the /64 of an IPv6 address, such as `2001:db8::/64`: all of it belongs to one client. */
  get network(): string {
    return this.#address instanceof ipaddr.IPv6
      ? `${new ipaddr.IPv6([...this.#address.parts.slice(0, 4), 0, 0, 0, 0]).toRFC5952String()}/64`
      : this.#address.toString();
  }

  equals(other: IpAddress): boolean {
    return this.toString() === other.toString();
  }

  /** The next hop of a Postfix transport, to which a port may be added: `[192.0.2.1]`, `[2001:db8::1]` (transport(5)). */
  smtpLiteral(): string {
    return `[${this.toString()}]`;
  }

  /** The canonical form; of an IPv6 address that of RFC 5952. */
  toString(): string {
    return this.#address instanceof ipaddr.IPv6
      ? this.#address.toRFC5952String()
      : this.#address.toString();
  }
}

/** `192.0.2.1` as `c000:201`: ipaddr.js would take `::192.0.2.1` for the IPv4-mapped `::ffff:192.0.2.1`. */
function toGroups(dottedQuad: string): string {
  const { parts } = ipaddr.IPv4.parse(dottedQuad).toIPv4MappedAddress();
  return parts
    .slice(-2)
    .map((part) => part.toString(16))
    .join(':');
}
