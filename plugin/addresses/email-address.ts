import { AddressError } from './address-error.js';
import { DomainName } from './domain-name.js';
import { INVISIBLE, type Refusal, refuse } from './refusal.js';

// RFC 5321 §4.5.3.1.3: a path has 256 octets, two of which are its angle brackets.
const MAX_OCTETS = 254;
/** RFC 5321 §4.5.3.1.1 */
export const MAX_LOCAL_PART_OCTETS = 64;

const LOCAL_PART: readonly Refusal[] = [
  [/^$/, 'no-local-part'],
  [/["\\]/, 'quoted'],
  INVISIBLE,
  [/\P{ASCII}/u, 'non-ascii-local-part'],
  // Mail servers read user%other.test@here.test and other.test!user@here.test as routes.
  [/[%!]/, 'routing-character'],
  // An option, a command or a file to a program that is handed the address.
  [/^[-|/]/, 'local-part-start'],
  [/^\.|\.\.|\.$/, 'local-part-dots'],
  // atext, RFC 5322 §3.2.3
  [/[^a-z\d.#$&'*+/=?^_`{|}~-]/i, 'local-part-characters'],
  [new RegExp(`^.{${MAX_LOCAL_PART_OCTETS + 1}}`), 'local-part-too-long'],
];

/**
 * A mailbox address as RFC 5321 §4.1.2 writes it, without its rarities: no quoted string, comment, address
 * literal or source route, and a local part in ASCII.
 */
export class EmailAddress {
  /** In lower case, at most 64 octets. */
  readonly localPart: string;
  readonly domain: DomainName;

  private constructor(localPart: string, domain: DomainName) {
    this.localPart = localPart;
    this.domain = domain;
  }

  /** @throws {AddressError} also for spaces around the address: trimming is up to the caller. */
  static parse(text: string): EmailAddress {
    if (text === '') {
      throw new AddressError('empty');
    }
    const at = text.lastIndexOf('@');
    if (at === -1) {
      throw new AddressError('no-at');
    }
    return EmailAddress.#of(text.slice(0, at), text.slice(at + 1));
  }

  static #of(localPart: string, domain: string): EmailAddress {
    refuse(localPart, LOCAL_PART);
    refuse(domain, [[/^$/, 'no-domain']]);
    const address = new EmailAddress(localPart.toLowerCase(), DomainName.parse(domain));
    if (address.toString().length > MAX_OCTETS) {
      throw new AddressError('too-long');
    }
    return address;
  }

  /** With the domain in U-labels, if that is another text than `toString()`: SMTPUTF8 clients send it (RFC 6531). */
  get utf8(): string | undefined {
    return this.domain.utf8 === undefined ? undefined : this.toUnicode();
  }

  equals(other: EmailAddress): boolean {
    return this.toString() === other.toString();
  }

  /** In ASCII and lower case, at most 254 octets: the identity, and what is stored. */
  toString(): string {
    return `${this.localPart}@${this.domain.ascii}`;
  }

  /** For people. */
  toUnicode(): string {
    return `${this.localPart}@${this.domain.unicode}`;
  }
}
