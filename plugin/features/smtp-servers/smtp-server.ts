import type { Failure } from '../../sending/outcomes.js';
import type { Security } from '../../sending/smtp-endpoint.js';

/** Authentications, named as in the server's EHLO. */
export const authentications = ['none', 'login', 'cram-md5', 'xoauth2'] as const;
type Authentication = (typeof authentications)[number];

/** `starttls` is mandatory: without it nothing is sent. */
export const securities = ['starttls', 'tls', 'none'] as const satisfies readonly Security[];

/** Which services use a server: all, or the selected ones. */
export const usages = ['default', 'custom'] as const;
type Usage = (typeof usages)[number];

/** Whether the reader of the address has confirmed that mail through the server arrives. */
export interface Confirmation {
  readonly state: 'never' | 'sent' | 'confirmed' | 'failed';
  /** When it reached that state, in ms since 1970; undefined if never. */
  readonly at: number | undefined;
  /** Why mailing the link failed: an outcome of `sending/`. */
  readonly outcome: Failure | undefined;
}

/** A server's settings, without secrets. */
export interface SmtpServerFields {
  readonly title: string;
  /** A name in A-labels, or an IP address. */
  readonly host: string;
  readonly port: number;
  readonly authentication: Authentication;
  readonly security: Security;
  /** The sender address, which also receives replies. */
  readonly address: string;
  readonly senderName: string;
  /** Empty without authentication. */
  readonly user: string;
  readonly oauthClientId: string;
  readonly oauthTokenUrl: string;
  readonly usage: Usage;
  /** Keys of the selected services, with custom usage. */
  readonly services: readonly string[];
  /** Sanitized HTML. */
  readonly signature: string;
}

export interface SmtpServer extends SmtpServerFields {
  readonly id: number;
  readonly ownerId: number;
  readonly resellerId: number | undefined;
  /** Whether a password or token is stored. */
  readonly hasSecret: boolean;
  readonly confirmation: Confirmation;
  readonly version: number;
  readonly createdAt: number;
}

/** The encrypted part. */
export interface ServerSecret {
  readonly password?: string;
  readonly clientSecret?: string;
  readonly refreshToken?: string;
}

type Mailbox = Pick<SmtpServerFields, 'host' | 'port' | 'user' | 'address'>;

/** A confirmation holds for this host, port, user and address only. */
export function isSameMailbox(a: Mailbox, b: Mailbox): boolean {
  return a.address === b.address && isSameLogin(a, b);
}

function isSameLogin(a: Mailbox, b: Mailbox): boolean {
  return a.host === b.host && a.port === b.port && a.user === b.user;
}

/** Why a server must be confirmed again. */
export type Unconfirmed = 'address' | 'login';

export function unconfirmedBy(before: Mailbox, after: Mailbox): Unconfirmed | undefined {
  if (isSameMailbox(before, after)) {
    return undefined;
  }
  return isSameLogin(before, after) ? 'address' : 'login';
}

type Destination = Mailbox & Pick<SmtpServerFields, 'oauthClientId' | 'oauthTokenUrl'>;

/** Whether a stored secret may be kept: it is only sent to the server and user that it was typed for. */
export function mayKeepSecret(before: Destination, after: Destination): boolean {
  return (
    isSameLogin(before, after) &&
    before.oauthClientId === after.oauthClientId &&
    before.oauthTokenUrl === after.oauthTokenUrl
  );
}

/** RFC 5321 §4.5.4.2, RFC 6409 §3.1, RFC 8314 §3.3. */
export const usualPorts: Readonly<Record<Security, number>> = {
  starttls: 587,
  tls: 465,
  none: 25,
};

/** Why a port and a security do not match, if so. */
export function disagreement(
  port: number,
  security: Security,
): 'tls-expected' | 'tls-unexpected' | 'unprotected' | undefined {
  if (port === usualPorts.tls && security !== 'tls') {
    return 'tls-expected';
  }
  if (security === 'tls' && (port === usualPorts.starttls || port === usualPorts.none)) {
    return 'tls-unexpected';
  }
  return security === 'none' && port === usualPorts.starttls ? 'unprotected' : undefined;
}

export const longest = {
  title: 100,
  senderName: 200,
  user: 320,
  oauthClientId: 255,
  oauthTokenUrl: 255,
  password: 1000,
  token: 4000,
  signature: 20_000,
} as const;

/** A pasted signature may contain much that is removed. */
export const mostTypedSignature = 4 * longest.signature;
