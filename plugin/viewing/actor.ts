/** Who makes a change, for the audit log. */
export interface Actor {
  /** The account that signed in, also while it acts as another. */
  readonly actorId: number | undefined;
  readonly actor: string;
  readonly actingAs: string | undefined;
  /** The client's IP address, or `cli`. */
  readonly origin: string;
  /** Whether changes are rolled back at their end: a rehearsal tells whether and why they would be refused. */
  readonly rehearses?: true;
}

/** An actor in the columns of a table. */
export interface ActorColumns {
  readonly actor_id: number | null;
  readonly actor: string;
  readonly acting_as: string | null;
  readonly origin: string;
}

export function actorColumns({ actorId, actor, actingAs, origin }: Actor): ActorColumns {
  return { actor_id: actorId ?? null, actor, acting_as: actingAs ?? null, origin };
}

export function actorFrom({ actor_id, actor, acting_as, origin }: ActorColumns): Actor {
  return { actorId: actor_id ?? undefined, actor, actingAs: acting_as ?? undefined, origin };
}
