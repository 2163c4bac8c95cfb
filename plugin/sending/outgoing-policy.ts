import type { ConnectionPolicy } from '../connecting/connection-policy.js';

/** Where and how this installation may send mail. */
export interface OutgoingPolicy extends ConnectionPolicy {
  readonly allowedPorts: readonly number[];
  /** Whether a login may travel without TLS, where a server is set to that. */
  readonly allowPlainLogin: boolean;
  /** The name to greet with (EHLO); the address of the connection otherwise. */
  readonly clientName?: string;
}
