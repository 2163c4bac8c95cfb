/** Where this installation may connect to, and how. */
export interface OutgoingPolicy {
  /** Names and addresses, in their canonical form, that may be used although they are not public. */
  readonly allowedHosts: ReadonlySet<string>;
  readonly allowedPorts: readonly number[];
  /** Whether a login may travel without TLS, where a server is set to that. */
  readonly allowPlainLogin: boolean;
  /** DNS servers to ask; the system's own when empty. */
  readonly resolvers: readonly string[];
  /** Certificates in PEM to trust beside the public ones. */
  readonly extraCa?: string;
  /** The name to greet with (EHLO); the address of the connection otherwise. */
  readonly clientName?: string;
}
