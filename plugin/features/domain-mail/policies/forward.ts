import Joi from 'joi';
import { EmailAddress } from '../../../addresses/index.js';
import type { FieldError } from '../../../errors.js';
import { domainFrom } from '../../../panel/directory/domain-store.js';
import { parsedBy } from '../../../web/forms.js';
import type { Policy } from './policy.js';

/** A catch-all address. */
export interface Forward {
  readonly policy: 'forward';
  readonly to: EmailAddress;
}

export const forward: Policy<Forward, { readonly forwardTo: EmailAddress }> = {
  key: 'forward',
  permission: 'domain-mail.forward',
  fields: {
    forwardTo: {
      rule: Joi.string()
        .trim()
        .required()
        .custom(parsedBy((text) => EmailAddress.parse(text))),
      option: { flags: '--to <address>', help: 'an e-mail address' },
    },
  },
  view: 'domain-mail/policies/forward',
  wanted: ({ forwardTo }) => ({ policy: 'forward', to: forwardTo }),
  texts: ({ to }) => ({ forwardTo: to.toUnicode() }),
  entry: ({ to }) => ({ forwardTo: to.toString() }),
  columns: ({ to }) => ({ forward_to: to.toString() }),
  from: (row) => ({ policy: 'forward', to: EmailAddress.parse(row.forward_to ?? '') }),
  refusals: ({ to }, { viewer, row, facts }) => ({
    forwardTo: forwardRefusal(to, {
      domain: domainFrom(row),
      outgoingControl: facts.outgoingControl,
      mayLeaveDomain: viewer.permissions.has('domain-mail.internal'),
    }),
  }),
  target: { field: 'forwardTo', of: ({ to }) => to, column: 'forward_base' },
  example: '--to info@example.com',
};

/** Why mail for unknown recipients cannot be forwarded to this address, if so. */
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
