/** Where this installation may connect to, and which certificates it trusts. */
export interface ConnectionPolicy {
  /** Names and addresses, in canonical form, that are allowed although they are not public. */
  readonly allowedHosts: ReadonlySet<string>;
  /** DNS servers to ask; the system's own when empty. */
  readonly resolvers: readonly string[];
  /** Additional CAs to trust, in PEM. */
  readonly extraCa?: string;
}
