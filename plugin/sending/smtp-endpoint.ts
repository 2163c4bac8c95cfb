import type { TokenGrant } from '../connecting/access-token.js';
import type { Endpoint } from '../connecting/endpoint.js';

/** `starttls` is mandatory: a server that does not offer it is not used. With `none`, TLS is not tried. */
export type Security = 'none' | 'starttls' | 'tls';

interface TokenLogin extends TokenGrant {
  readonly kind: 'xoauth2';
  readonly user: string;
}

export type Login =
  | { readonly kind: 'password'; readonly user: string; readonly password: string }
  | { readonly kind: 'cram-md5'; readonly user: string; readonly password: string }
  | TokenLogin;

/** An SMTP server and how to use it. */
export interface SmtpEndpoint extends Endpoint {
  /** A Unix socket of this machine, to connect to instead of the host, which then only names the server. */
  readonly socket?: string;
  readonly security: Security;
  readonly authentication: { readonly kind: 'none' } | Login;
}
