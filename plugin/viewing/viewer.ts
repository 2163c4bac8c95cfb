import type { Actor } from './actor.js';
import type { Scope } from './scope.js';
import type { Role } from '../manifest.js';
import type { Locale } from './locale.js';

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** Who is looking: all that pages, permissions and scopes depend on. */
export interface Viewer extends Actor {
  readonly accountId: number;
  readonly role: Role;
  readonly login: string;
  readonly name: string;
  /** The account's choice; undefined follows the browser. */
  readonly locale: Locale | undefined;
  readonly theme: Theme;
  readonly scope: Scope;
  /** IDs of the manifest's permissions that the role has and the plan does not withhold. */
  readonly permissions: ReadonlySet<string>;
  readonly mailboxId: number | undefined;
}

/** The account that signed in, also while it acts as another. */
export function signedInAccount({ accountId, actorId }: Viewer): number {
  return actorId ?? accountId;
}

declare global {
  namespace Express {
    interface Request {
      /** Set by the panel for every route that declares a permission. */
      viewer: Viewer;
    }
  }
}
