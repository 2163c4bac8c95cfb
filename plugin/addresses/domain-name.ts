import { domainToASCII, domainToUnicode } from 'node:url';
import ipaddr from 'ipaddr.js';
import { AddressError } from './address-error.js';
import { INVISIBLE, type Refusal, refuse } from './refusal.js';

// RFC 1035 §2.3.4: 255 octets on the wire are 253 in text.
const MAX_OCTETS = 253;
const MAX_LABEL_OCTETS = 63;
// No name within MAX_OCTETS is longer than this before it is mapped; it keeps hostile input cheap.
const MAX_TYPED_LENGTH = 4 * MAX_OCTETS;

/** What can be an IP address at all: asking the library about each name takes ten times as long as all else here. */
const LIKE_IP = /^\[|:|(?:^|\.)(?:\d+|0x[\da-f]+)$/i;

const TYPED: readonly Refusal[] = [
  [/^$/, 'empty'],
  INVISIBLE,
  // domainToASCII reads a URL: it decodes %41, drops tabs, and stops at / ? # and \.
  [/[^\P{ASCII}a-z\d.-]/iu, 'domain-characters'],
  // Capital sharp s is ss or ß, two identities, depending on the version of Unicode that Node.js brings.
  [/\u1e9e/, 'domain-characters'],
];

const NUMBER = String.raw`(?:\d+|0x[\da-f]*)`;
const MAPPED: readonly Refusal[] = [
  // What URLs and inet_aton(3) read as IPv4: 127.1, 2130706433, 0x7f.1
  [new RegExp(String.raw`^${NUMBER}(?:\.${NUMBER}){0,3}\.?$`), 'domain-is-ip'],
  [/^[^.]*$/, 'domain-single-label'],
  [/[^.]\.$/, 'domain-trailing-dot'],
  [/^\.|\.\.|\.$/, 'domain-empty-label'],
  [/[^a-z\d.-]/, 'domain-characters'],
  // What Node.js 24 lets pass as it is.
  [/(?:^|\.)xn--(?:\.|$)/, 'domain-invalid-idn'],
  [/(?:^|\.)-|-(?:\.|$)/, 'domain-hyphen'],
  [new RegExp(String.raw`[^.]{${MAX_LABEL_OCTETS + 1}}`), 'domain-label-too-long'],
  [new RegExp(String.raw`^.{${MAX_OCTETS + 1}}`), 'domain-too-long'],
  [new RegExp(String.raw`\.${NUMBER}$`), 'domain-number'],
];

const RTL = String.raw`\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\u0660-\u0669`;
const DECODED: readonly Refusal[] = [
  INVISIBLE,
  // The same of an A-label that decodes to no valid U-label: Node.js 24 leaves it as it is.
  [/(?:^|\.)xn--/, 'domain-invalid-idn'],
  // Letters of both directions in one label (RFC 5893 §2), which Node.js lets pass if the first is of the left-to-right.
  [new RegExp(`(?:^|\\.)(?=[^.]*[${RTL}])[^.]*(?![${RTL}])\\p{L}`, 'u'), 'domain-invalid-idn'],
];

/** A domain name with at least one dot and none at the end (RFC 1123 §2.1, RFC 5321 §2.3.5, UTS #46). */
export class DomainName {
  /** A-labels in lower case, at most 253 octets: the identity, and what is stored. */
  readonly ascii: string;
  /** U-labels, for people. */
  readonly unicode: string;

  private constructor(ascii: string, unicode: string) {
    this.ascii = ascii;
    this.unicode = unicode;
  }

  /**
   * Reads a name in either form and any case, as UTS #46 maps it.
   *
   * @throws {AddressError} also for names that URLs accept: IP addresses, underscores, invisible characters.
   */
  static parse(text: string): DomainName {
    if (text.length > MAX_TYPED_LENGTH) {
      throw new AddressError('domain-too-long');
    }
    if (LIKE_IP.test(text) && (text.startsWith('[') || ipaddr.isValid(text))) {
      throw new AddressError('domain-is-ip');
    }
    refuse(text, TYPED);
    const ascii = mapToAscii(text);
    refuse(ascii, MAPPED);
    return new DomainName(ascii, decode(ascii));
  }

  /**
   * The U-label form if it is another text than the A-label form: SMTPUTF8 clients send it (RFC 6531).
   * Postfix folds the case of what it looks up, so it asks for `straße` as `strasse` and for `ς` as `σ`.
   */
  get utf8(): string | undefined {
    return this.unicode === this.ascii ? undefined : this.unicode;
  }

  equals(other: DomainName): boolean {
    return this.ascii === other.ascii;
  }

  toString(): string {
    return this.ascii;
  }
}

/** With a label behind it, a name is never taken for an IPv4 address and rewritten as one. */
function mapToAscii(text: string): string {
  const suffix = '.invalid';
  const mapped = domainToASCII(text + suffix);
  if (mapped === '') {
    throw new AddressError('domain-invalid-idn');
  }
  return mapped.slice(0, -suffix.length);
}

/** An A-label that its own U-label does not lead back to is a second spelling of another name (RFC 5890 §2.3.2.1). */
function decode(ascii: string): string {
  const unicode = domainToUnicode(ascii);
  refuse(unicode, DECODED);
  if (domainToASCII(unicode) !== ascii) {
    throw new AddressError('domain-invalid-idn');
  }
  return unicode;
}
