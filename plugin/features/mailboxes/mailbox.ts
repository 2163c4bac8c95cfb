import { DomainName, EmailAddress, MailboxName } from '../../addresses/index.js';
import type { FieldError } from '../../errors.js';
import { RefusedError } from './refused-error.js';

/** A mailbox of a domain. */
export interface Mailbox {
  readonly id: number;
  /** In ASCII and lower case: its identity. */
  readonly address: string;
  /** For people: with the domain in U-labels. */
  readonly displayAddress: string;
  readonly displayName: string;
  /** 0 means no limit. */
  readonly quotaBytes: number;
  readonly imap: boolean;
  readonly pop3: boolean;
  /** Its own outgoing limit, in messages per hour; undefined inherits the plan's. */
  readonly limitPerHour?: number | undefined;
  readonly suspended: boolean;
  readonly version: number;
}

export const longestDisplayName = 200;
export const bytesPerMegabyte = 1024 ** 2;
const mostMegabytes = 10_000_000;

/**
 * Parses a local part or a whole address within a domain.
 *
 * @throws {AddressError}
 * @throws {RefusedError} for an address of another domain.
 */
export function addressWithin(domain: DomainName, text: string): EmailAddress {
  const at = text.lastIndexOf('@');
  const name = at === -1 ? text : text.slice(0, at);
  if (at !== -1 && !DomainName.parse(text.slice(at + 1)).equals(domain)) {
    throw new RefusedError({
      key: 'mailboxes.errors.other-domain',
      args: { domain: domain.unicode },
    });
  }
  return MailboxName.parse(name).at(domain);
}

/** A stored address for people. */
export function forPeople(address: string): string {
  return address.includes('xn--') ? EmailAddress.parse(address).toUnicode() : address;
}

/** @throws {RefusedError} if it is not a whole number of megabytes that a disk could hold. */
export function megabytesIn(text: string): number {
  const megabytes = /^\d{1,12}$/.test(text) ? Number(text) : Infinity;
  if (megabytes > mostMegabytes) {
    throw new RefusedError({ key: 'mailboxes.errors.quota', args: { count: mostMegabytes } });
  }
  return megabytes;
}

/** Why a mailbox cannot have this quota, if so. `mostBytes` undefined means no limit. */
export function quotaRefusal(
  quotaBytes: number,
  mostBytes: number | undefined,
): FieldError | undefined {
  if (mostBytes === undefined || (quotaBytes > 0 && quotaBytes <= mostBytes)) {
    return undefined;
  }
  const count = Math.floor(mostBytes / bytesPerMegabyte);
  return quotaBytes === 0
    ? { key: 'mailboxes.errors.quota-unlimited', args: { count } }
    : { key: 'mailboxes.errors.quota-above-plan', args: { count } };
}
