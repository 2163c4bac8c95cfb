import type { Actor } from './actor.js';
import type { Scope } from './scope.js';
import type { Role } from '../manifest.js';
import type { Locale } from './locale.js';

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** Who is looking: everything that pages, permissions and scopes need to know. */
export interface Viewer extends Actor {
  readonly accountId: number;
  readonly role: Role;
  readonly login: string;
  readonly name: string;
  /** As the account chose; undefined follows the browser. */
  readonly locale: Locale | undefined;
  readonly theme: Theme;
  readonly scope: Scope;
  /** Ids of the manifest's permissions, less what the plan withholds. */
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
