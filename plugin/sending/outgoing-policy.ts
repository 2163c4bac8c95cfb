import type { ConnectionPolicy } from '../connecting/connection-policy.js';

/** Where and how this installation may send mail. */
export interface OutgoingPolicy extends ConnectionPolicy {
  readonly allowedPorts: readonly number[];
  /** Whether a server without TLS may receive a login. */
  readonly allowPlainLogin: boolean;
  /** The EHLO name; defaults to the address of the connection. */
  readonly clientName?: string;
}
