import type { OutgoingMessage } from '../../sending/outgoing-message.js';
import type { OutgoingPolicy } from '../../sending/outgoing-policy.js';
import type { SmtpEndpoint } from '../../sending/smtp-endpoint.js';
import type { SmtpServer } from '../smtp-servers/index.js';
import type { Claimed } from './claims.js';

/** A server for a message. */
export interface Stop {
  /** Undefined for this machine's mail host, which has no row and no pauses. */
  readonly server: SmtpServer | undefined;
  /** The name in the list of attempts. */
  readonly label: string;
  /** Undefined once the message's content is deleted. */
  prepare(): Promise<Prepared | undefined>;
}

interface Prepared {
  readonly endpoint: SmtpEndpoint;
  readonly policy: OutgoingPolicy;
  readonly message: OutgoingMessage;
}

/** Finds the servers for a kind of messages, in the order to try them. */
export interface Route {
  stopsFor(claimed: Claimed): Promise<readonly Stop[]>;
}

/** The headers that are the same in every attempt (RFC 5322 §3.6.4). */
export function lastingHeaders({
  messageId,
  createdAt,
}: Pick<Claimed, 'messageId' | 'createdAt'>): Readonly<Record<'Message-ID' | 'Date', string>> {
  return {
    'Message-ID': `<${messageId}>`,
    Date: new Date(createdAt).toUTCString().replace('GMT', '+0000'),
  };
}
