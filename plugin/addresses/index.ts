export { AddressError } from './address-error.js';
export { DomainName } from './domain-name.js';
export { EmailAddress } from './email-address.js';
export { HostName } from './host-name.js';
export { IpAddress } from './ip-address.js';
export { MailboxName } from './mailbox-name.js';
export { withTagOf, withoutTag } from './tag.js';
export { readable } from './readable.js';
