export { AddressError, type AddressErrorReason } from './address-error.js';
export { DomainName } from './domain-name.js';
export { EmailAddress } from './email-address.js';
export { HostName } from './host-name.js';
export { IpAddress } from './ip-address.js';
export type { IpRange } from './ip-range.js';
export { MailboxName } from './mailbox-name.js';
export { withTagOf, withoutTag } from './tag.js';
export { readable } from './readable.js';
