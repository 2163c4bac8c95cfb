import type { EmailAddress, IpAddress } from '../../addresses/index.js';
import type { FieldError } from '../../errors.js';
import type { Webmail } from '../../panel/directory/plan.js';

/** What happens to mail for a recipient that the domain does not have. */
export const policies = ['reject', 'bounce', 'forward', 'redirect'] as const;
export type Policy = (typeof policies)[number];

/** The policy with what it needs. A text goes into an SMTP reply or a delivery status notification. */
export type UnknownRecipients =
  | { readonly policy: 'reject'; readonly text: string | undefined }
  | { readonly policy: 'bounce'; readonly text: string }
  | { readonly policy: 'forward'; readonly to: EmailAddress }
  | { readonly policy: 'redirect'; readonly ip: IpAddress; readonly port: number };

export interface MailSettings {
  readonly enabled: boolean;
  readonly unknown: UnknownRecipients;
  readonly webmail: Webmail | undefined;
  /** The SMTP server that mail leaves through, or undefined for the recipients' own servers. */
  readonly relayId: number | undefined;
}

/** The fields of the form that belong to each policy. */
export const policyFields = {
  reject: ['rejectText'],
  bounce: ['bounceText'],
  forward: ['forwardTo'],
  redirect: ['redirectIp', 'redirectPort'],
} as const satisfies Record<Policy, readonly string[]>;

export type PolicyField = (typeof policyFields)[Policy][number];

/** Why mail for unknown recipients must not be forwarded to this address, if so. */
export function forwardRefusal(
  to: EmailAddress,
  rules: {
    readonly domain: { readonly name: string; readonly displayName: string };
    readonly outgoingControl: boolean;
    readonly mayLeaveDomain: boolean;
  },
): FieldError | undefined {
  const leaves = to.domain.ascii !== rules.domain.name;
  return leaves && rules.outgoingControl && !rules.mayLeaveDomain
    ? {
        key: 'domain-mail.errors.forward-leaves-domain',
        args: { domain: rules.domain.displayName },
      }
    : undefined;
}

/** Why mail must not be redirected to this server, if so. */
export function redirectRefusal(
  ip: IpAddress,
  rules: { readonly ownAddresses: readonly string[]; readonly mayUsePrivate: boolean },
): FieldError | undefined {
  if (rules.ownAddresses.includes(ip.toString())) {
    return { key: 'domain-mail.errors.redirect-own-address' };
  }
  if (ip.range === 'private') {
    return rules.mayUsePrivate ? undefined : { key: 'domain-mail.errors.redirect-private' };
  }
  return ip.range === 'public'
    ? undefined
    : { key: 'domain-mail.errors.redirect-range', args: { range: ip.range } };
}
