import Joi from 'joi';
import { IpAddress } from '../../../addresses/index.js';
import { understoodHost } from '../../../web/typed-host.js';
import type { FieldError } from '../../../errors.js';
import { parsedBy } from '../../../web/forms.js';
import type { Policy } from './policy.js';

/** Another mail server, which is asked whether it accepts the recipient, receives the message. */
export interface Redirect {
  readonly policy: 'redirect';
  readonly ip: IpAddress;
  readonly port: number;
}

const smtp = 25;

export const redirect: Policy<
  Redirect,
  { readonly redirectIp: IpAddress; readonly redirectPort: number }
> = {
  key: 'redirect',
  permission: 'domain-mail.redirect',
  fields: {
    redirectIp: {
      rule: Joi.string()
        .trim()
        .required()
        .custom(parsedBy((text) => IpAddress.parse(understoodHost(text).host))),
      option: { flags: '--to <address>', help: 'an IP address' },
    },
    redirectPort: {
      rule: Joi.number().port().min(1).empty('').default(smtp),
      option: { flags: '--port <number>', help: `the port, ${smtp} by default` },
      preset: () => String(smtp),
      sharedPreset: String(smtp),
    },
  },
  view: 'domain-mail/policies/redirect',
  wanted: ({ redirectIp, redirectPort }) => ({
    policy: 'redirect',
    ip: redirectIp,
    port: redirectPort,
  }),
  texts: ({ ip, port }) => ({ redirectIp: ip.toString(), redirectPort: String(port) }),
  entry: ({ ip, port }) => ({ redirectIp: ip.toString(), redirectPort: port }),
  columns: ({ ip, port }) => ({ redirect_ip: ip.toString(), redirect_port: port }),
  from: (row) => ({
    policy: 'redirect',
    ip: IpAddress.parse(row.redirect_ip ?? ''),
    port: row.redirect_port ?? smtp,
  }),
  refusals: ({ ip }, { viewer, facts }) => ({
    redirectIp: redirectRefusal(ip, {
      ownAddresses: facts.ownAddresses,
      mayUsePrivate: viewer.permissions.has('domain-mail.internal'),
    }),
  }),
  place: { host: 'redirectIp', port: 'redirectPort' },
  hasOtherRecipients: true,
  example: '--to 192.0.2.1 --port 25',
};

/** Why mail cannot be redirected to this server, if so. */
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
