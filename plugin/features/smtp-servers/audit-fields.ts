import type { Fields } from '../../changes/changed-fields.js';
import type { SmtpServerFields } from './smtp-server.js';

/** The fields of a server that audit entries record; never its password or tokens. */
export function auditFields(server: SmtpServerFields): Fields {
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
