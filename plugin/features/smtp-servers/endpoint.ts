import { EmailAddress } from '../../addresses/index.js';
import { parseHost } from '../../connecting/endpoint.js';
import type { Party } from '../../sending/outgoing-message.js';
import type { Login, SmtpEndpoint } from '../../sending/smtp-endpoint.js';
import type { ServerSecret, SmtpServer, SmtpServerFields } from './smtp-server.js';

/** How to connect to a server and log in. */
export function endpointOf(server: SmtpServerFields, secret: ServerSecret): SmtpEndpoint {
  return {
    host: parseHost(server.host),
    port: server.port,
    security: server.security,
    authentication: loginOf(server, secret),
  };
}

function loginOf(
  { authentication, user, oauthClientId, oauthTokenUrl }: SmtpServerFields,
  { password = '', clientSecret, refreshToken = '' }: ServerSecret,
): { readonly kind: 'none' } | Login {
  switch (authentication) {
    case 'none':
      return { kind: 'none' };
    case 'login':
      return { kind: 'password', user, password };
    case 'cram-md5':
      return { kind: 'cram-md5', user, password };
    case 'xoauth2':
      return {
        kind: 'xoauth2',
        user,
        clientId: oauthClientId,
        refreshToken,
        ...(clientSecret !== undefined && { clientSecret }),
        ...(oauthTokenUrl !== '' && { tokenUrl: oauthTokenUrl }),
      };
  }
}

/** The sender of mail through a server. */
export function senderOf({
  senderName,
  address,
}: Pick<SmtpServer, 'senderName' | 'address'>): Party {
  return { name: senderName, address: EmailAddress.parse(address) };
}
