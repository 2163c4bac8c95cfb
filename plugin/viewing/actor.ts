/** Who makes a change, for the audit log. */
export interface Actor {
  /** The account that signed in, also while it acts as another. */
  readonly actorId: number | undefined;
  readonly actor: string;
  readonly actingAs: string | undefined;
  /** The client's IP address, or `cli`. */
  readonly origin: string;
}
