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

/** What somebody wants of domains; what is left out stays as it is. */
export interface WantedSettings {
  readonly settings: Partial<MailSettings>;
  /** That was shown; the decision fails when it is another by now. Left out, the one that is decided about. */
  readonly version?: number;
  /** What was typed for the policies that are not taken; left out, what they have and had. */
  readonly kept?: KeptFields;
}

/** The fields of the form that belong to each policy. */
export const policyFields = {
  reject: ['rejectText'],
  bounce: ['bounceText'],
  forward: ['forwardTo'],
  redirect: ['redirectIp', 'redirectPort'],
} as const satisfies Record<Policy, readonly string[]>;

export type PolicyField = (typeof policyFields)[Policy][number];

/** What was typed for policies that are not taken: kept for when they are. */
export type KeptFields = Readonly<Partial<Record<PolicyField, string>>>;

/** What the form's fields show of the policy that is taken. */
export function fieldsOf(unknown: UnknownRecipients): KeptFields {
  switch (unknown.policy) {
    case 'reject':
      return { rejectText: unknown.text ?? '' };
    case 'bounce':
      return { bounceText: unknown.text };
    case 'forward':
      return { forwardTo: unknown.to.toUnicode() };
    case 'redirect':
      return { redirectIp: unknown.ip.toString(), redirectPort: String(unknown.port) };
  }
}

/** What is kept when the policy becomes another: its fields join those that were kept. */
export function keptAfter(
  kept: KeptFields,
  before: UnknownRecipients,
  after: UnknownRecipients,
): KeptFields {
  const taken: readonly string[] = policyFields[after.policy];
  const fields = before.policy === after.policy ? kept : { ...kept, ...fieldsOf(before) };
  return Object.fromEntries(
    Object.entries(fields).filter(([name, text]) => !taken.includes(name) && text !== ''),
  );
}

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
