import type { DomainName } from './domain-name.js';
import { EmailAddress, MAX_LOCAL_PART_OCTETS } from './email-address.js';
import { INVISIBLE, type Refusal, refuse } from './refusal.js';

const REFUSED: readonly Refusal[] = [
  [/^$/, 'empty'],
  [/@/, 'mailbox-at'],
  INVISIBLE,
  [/\P{ASCII}/u, 'non-ascii-local-part'],
  // The recipient delimiter: name+tag already reaches name.
  [/\+/, 'mailbox-plus'],
  // It would become a folder.
  [/\//, 'mailbox-slash'],
  [/^\.|\.\.|\.$/, 'local-part-dots'],
  [/[^a-z\d._'-]/i, 'mailbox-characters'],
  [/^[^a-z\d]|[^a-z\d]$/i, 'mailbox-edges'],
  [new RegExp(`^.{${MAX_LOCAL_PART_OCTETS + 1}}`), 'local-part-too-long'],
];

/**
 * The local part of a mailbox or alias of our own: letters, digits, `.`, `_`, `-` and `'`, with a letter or digit
 * at both ends. Narrower than what `EmailAddress` accepts of others.
 */
export class MailboxName {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** @throws {AddressError} */
  static parse(text: string): MailboxName {
    refuse(text, REFUSED);
    return new MailboxName(text.toLowerCase());
  }

  /** @throws {AddressError} if both together are too long for an address. */
  at(domain: DomainName): EmailAddress {
    return EmailAddress.parse(`${this.#text}@${domain.ascii}`);
  }

  equals(other: MailboxName): boolean {
    return this.#text === other.#text;
  }

  /** In lower case, at most 64 octets. */
  toString(): string {
    return this.#text;
  }
}
