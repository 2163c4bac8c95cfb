import type { Actor } from '../../viewing/actor.js';

/** Somebody who has not signed in. */
export function strangerFrom(ip: string): Actor {
  return { actorId: undefined, actor: ip, actingAs: undefined, origin: ip };
}
