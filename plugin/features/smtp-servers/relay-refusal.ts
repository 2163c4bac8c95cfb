import { IpAddress } from '../../addresses/index.js';
import type { FieldError } from '../../errors.js';
import { parseHost } from '../../connecting/endpoint.js';
import type { SmtpServer } from './smtp-server.js';

/** What Postfix, which connects itself, needs to know of a relay. */
type Relay = Pick<SmtpServer, 'host' | 'port' | 'security' | 'authentication' | 'user'>;

/** Why an SMTP server cannot be a domain's relay, if so. */
export function relayRefusal(
  { host, port, security, authentication, user }: Relay,
  allowed: { readonly allowedPorts: readonly number[]; readonly allowPlainLogin: boolean },
): FieldError | undefined {
  const logsIn = authentication !== 'none';
  if (authentication === 'xoauth2') {
    return { key: 'domain-mail.errors.relay-xoauth2' };
  }
  if (security !== 'none' && parseHost(host) instanceof IpAddress) {
    return { key: 'domain-mail.errors.relay-by-address' };
  }
  if (logsIn && user.includes(':')) {
    return { key: 'domain-mail.errors.relay-user' };
  }
  if (logsIn && security === 'none' && !allowed.allowPlainLogin) {
    return { key: 'domain-mail.errors.relay-plain-login' };
  }
  return allowed.allowedPorts.includes(port)
    ? undefined
    : { key: 'domain-mail.errors.relay-port', args: { port: String(port) } };
}
