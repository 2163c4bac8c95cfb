import {
  DomainName,
  EmailAddress,
  HostName,
  IpAddress,
  MailboxName,
} from '../../plugin/addresses/index.js';

/** All that parse a text once. */
export const parsers = { DomainName, EmailAddress, HostName, IpAddress, MailboxName };
