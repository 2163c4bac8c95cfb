import type { DomainRow } from './domain.js';
import type { Webmail } from './webmail.js';
import { WebmailAddress } from './webmail-address.js';

/** A link to a domain's webmail. */
export interface OpenWebmail {
  readonly name: string;
  readonly url: string;
}

/**
 * The webmail that `webmail.<domain>` leads to; undefined if it leads to none.
 *
 * @param mailbox the address of one mailbox.
 */
export function openWebmail(
  all: readonly Webmail[],
  domain: Pick<DomainRow, 'name' | 'webmail' | 'mail_enabled' | 'suspended'>,
  mailbox?: string,
): OpenWebmail | undefined {
  const chosen = all.find(({ key }) => key === domain.webmail);
  return chosen?.address === undefined || domain.mail_enabled === 0 || domain.suspended === 1
    ? undefined
    : {
        name: chosen.name,
        url: WebmailAddress.parse(chosen.address).urlFor({ domain: domain.name, mailbox }),
      };
}
