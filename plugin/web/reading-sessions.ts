import type { Request, RequestHandler } from 'express';
import type { SessionData } from 'express-session';
import { RecentlyUsed } from '../runtime/recently-used.js';
import { digest } from '../secrets/digest.js';
import { readCookie } from './cookies.js';

interface Parts {
  /** The name of the session's cookie. */
  readonly cookie: string;
  /** Sets a session that is saved when it has changed. */
  readonly whole: RequestHandler;
  /** A stored session by the digest of its ID; null if there is none. */
  readonly load: (idHash: string) => Promise<SessionData | null>;
}

/** A session's ID. */
interface SessionId {
  readonly id: string;
  readonly idHash: string;
}

/** Its session's ID, once express-session has verified the cookie's signature. */
interface KnownCookie {
  of: SessionId | undefined;
}

const mostKnown = 2000;
const reads = new Set(['GET', 'HEAD']);

/**
 * Gives requests that only read a session that cannot be changed: express-session verifies a cookie's signature and
 * compares two digests of the session for each request, which takes longer than its query. A session without an account
 * or a CSRF token, to which a page may add one, stays express-session's.
 */
export function readingSessions({ cookie, whole, load }: Parts): RequestHandler {
  const cookies = new RecentlyUsed<KnownCookie>(mostKnown);
  return async (req, res, next) => {
    const value = reads.has(req.method) ? readCookie(req, cookie) : undefined;
    if (value === undefined) {
      whole(req, res, next);
      return;
    }
    const known = cookies.of(value, () => ({ of: undefined }));
    const found = known.of && (await load(known.of.idHash));
    if (known.of === undefined || found?.accountId === undefined || found.csrfToken === undefined) {
      whole(req, res, (error) => {
        known.of = verifiedId(req, value);
        next(error);
      });
      return;
    }
    setSession(req, known.of.id, found);
    next();
  };
}

/** Undefined if express-session made a new session: the signature is wrong, or the session has ended. */
function verifiedId({ sessionID: id }: Request, value: string): SessionId | undefined {
  return value.startsWith(`s:${id}.`) ? { id, idHash: digest(id) } : undefined;
}

function setSession(req: Request, id: string, content: SessionData): void {
  Object.assign(req, { sessionID: id, session: Object.freeze(content) });
}
