/** Where this installation may connect to, and whom it trusts. */
export interface ConnectionPolicy {
  /** Names and addresses, in their canonical form, that may be used although they are not public. */
  readonly allowedHosts: ReadonlySet<string>;
  /** DNS servers to ask; the system's own when empty. */
  readonly resolvers: readonly string[];
  /** Certificates in PEM to trust beside the public ones. */
  readonly extraCa?: string;
}
