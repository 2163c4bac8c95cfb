import { HostName, IpAddress } from '../addresses/index.js';

export type Host = HostName | IpAddress;

/** `starttls` insists: a server that does not offer it is not used. With `none`, TLS is not even tried. */
export type Security = 'none' | 'starttls' | 'tls';

export interface TokenLogin {
  readonly kind: 'xoauth2';
  readonly user: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly refreshToken: string;
  /** `https:` only; Google's when it is not given. */
  readonly tokenUrl?: string;
}

export type Login =
  | { readonly kind: 'password'; readonly user: string; readonly password: string }
  | { readonly kind: 'cram-md5'; readonly user: string; readonly password: string }
  | TokenLogin;

/** An SMTP server and how to use it. */
export interface SmtpEndpoint {
  readonly host: Host;
  readonly port: number;
  readonly security: Security;
  readonly authentication: { readonly kind: 'none' } | Login;
}

/** @throws {AddressError} also for other spellings of an IP address: `127.1`, `0x7f000001`, `[::1]`. */
export function parseHost(text: string): Host {
  return isIpLiteral(text) ? IpAddress.parse(text) : HostName.parse(text);
}

function isIpLiteral(text: string): boolean {
  return text.includes(':') || /^\d+\.\d+\.\d+\.\d+$/.test(text);
}
