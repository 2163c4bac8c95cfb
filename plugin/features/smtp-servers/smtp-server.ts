/** Ways to log in, as the server's EHLO names them. */
export const authentications = ['none', 'login', 'cram-md5', 'xoauth2'] as const;
export type Authentication = (typeof authentications)[number];

/** `starttls` insists: without it nothing is sent. */
export const securities = ['starttls', 'tls', 'none'] as const;
export type Security = (typeof securities)[number];

/** Which services send through a server: all of them, or those that are named. */
export const usages = ['default', 'custom'] as const;
export type Usage = (typeof usages)[number];

export const confirmations = ['never', 'sent', 'confirmed', 'failed'] as const;

/** Whether somebody who reads the address has said that mail through the server arrives there. */
export interface Confirmation {
  readonly state: (typeof confirmations)[number];
  /** When it came to that, in milliseconds; undefined if never. */
  readonly at: number | undefined;
  /** Why mailing the link failed: an outcome of `sending/`. */
  readonly outcome: string | undefined;
}

/** What people decide about a server, less what is secret. */
export interface SmtpServerFields {
  readonly title: string;
  /** A name in A-labels, or an IP address. */
  readonly host: string;
  readonly port: number;
  readonly authentication: Authentication;
  readonly security: Security;
  /** Whom mail comes from and answers go to. */
  readonly address: string;
  readonly senderName: string;
  /** Empty without authentication. */
  readonly user: string;
  readonly oauthClientId: string;
  readonly oauthTokenUrl: string;
  readonly usage: Usage;
  /** Keys of services, with custom usage. */
  readonly services: readonly string[];
  /** Sanitized HTML. */
  readonly signature: string;
}

export interface SmtpServer extends SmtpServerFields {
  readonly id: number;
  readonly ownerId: number;
  readonly resellerId: number | undefined;
  /** Whether a password or token is kept. */
  readonly hasSecret: boolean;
  readonly confirmation: Confirmation;
  readonly version: number;
  readonly createdAt: number;
}

/** What is encrypted. */
export interface ServerSecret {
  readonly password?: string;
  readonly clientSecret?: string;
  readonly refreshToken?: string;
}

/** What a confirmation and a password are good for: with another host, port, user or address, neither is. */
export function isSameMailbox(
  a: Pick<SmtpServerFields, 'host' | 'port' | 'user' | 'address'>,
  b: Pick<SmtpServerFields, 'host' | 'port' | 'user' | 'address'>,
): boolean {
  return a.host === b.host && a.port === b.port && a.user === b.user && a.address === b.address;
}
