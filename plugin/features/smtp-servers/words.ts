import type { Fields } from '../../changes/changed-fields.js';
import type { SmtpServerFields } from './smtp-server.js';

const mostNamed = 10;

/** The first of many names, for one sentence. */
export function someOf(names: readonly string[]): string {
  return names.slice(0, mostNamed).join(', ') + (names.length > mostNamed ? ' …' : '');
}

/** A server as the audit log keeps it. Never its password or tokens. */
export function serverInWords(server: SmtpServerFields): Fields {
  return {
    title: server.title,
    host: server.host,
    port: server.port,
    security: server.security,
    authentication: server.authentication,
    user: server.user,
    oauthClientId: server.oauthClientId,
    oauthTokenUrl: server.oauthTokenUrl,
    address: server.address,
    senderName: server.senderName,
    usage: server.usage,
    services: server.services.toSorted().join(', '),
    signature: server.signature,
  };
}
