import { callbackify, promisify } from 'node:util';
import type { Request, RequestHandler } from 'express';
import session, { Store, type SessionData } from 'express-session';
import { digest } from '../secrets/digest.js';
import type { Database } from '../database/database.js';
import { skewMs } from '../database/expiry.js';
import { cannotStore } from '../database/failures.js';
import { Prepared } from '../database/prepared.js';
import { type SessionState, unsavedSessions } from './unsaved-sessions.js';

declare module 'express-session' {
  interface SessionData {
    /** The account that signed in. */
    accountId?: number;
    /** The account that it acts as, where it does. */
    actingAsId?: number;
    /** When it began, in milliseconds since 1970. */
    createdAt?: number;
    /** Whether it was in the database already. */
    isStored?: boolean;
  }
}

const dayMs = 24 * 60 * 60 * 1000;
const idleMs = 8 * 60 * 60 * 1000;
/** Then even one that is never idle ends. */
const longestMs = 7 * dayMs;
const prolongEveryMs = 10 * 60 * 1000;

/** Sessions in the database, so that any process of the panel can go on with them. */
export function sessions(db: Database, secret: string): RequestHandler {
  return session({
    name: 'relais',
    secret,
    store: new KnexSessionStore(db),
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax', secure: 'auto', path: '/' },
  });
}

/**
 * Stores what has changed in the session before the answer begins. Otherwise that happens while it is on its way, and
 * a browser that follows a redirect may be faster than the database.
 */
export async function saveSession(req: Request): Promise<void> {
  await promisify(req.session.save.bind(req.session))();
}

type Done = (error?: unknown) => void;

interface SessionRow {
  readonly content: string;
  readonly expires_at: number;
}

/** What is stored is a digest of the session's id: who can read the database still cannot use a session. */
class KnexSessionStore extends Store {
  readonly #db: Database;
  readonly #byId: Prepared<{ id: string; now: number }, SessionRow>;
  readonly #find = callbackify((idHash: string) => this.#load(idHash));
  readonly #store = callbackify((idHash: string, content: SessionData) =>
    this.#save(idHash, content),
  );
  readonly #forget = callbackify((idHash: string) => this.#remove(idHash));

  constructor(db: Database) {
    super();
    this.#db = db;
    this.#byId = new Prepared(db, (value) =>
      db
        .knex('sessions')
        .select('content', 'expires_at')
        .where('id_hash', value('id'))
        .where('expires_at', '>', value('now')),
    );
  }

  override get(id: string, callback: (error: unknown, found?: SessionData | null) => void): void {
    this.#find(digest(id), callback);
  }

  override set(id: string, content: SessionData, callback: Done = ignore): void {
    this.#store(digest(id), content, callback);
  }

  override destroy(id: string, callback: Done = ignore): void {
    this.#forget(digest(id), callback);
  }

  /** There is no `touch`, which would be called after every request. */
  async #load(idHash: string): Promise<SessionData | null> {
    const unsaved = await this.#unsaved(idHash);
    const now = Date.now();
    const [row] = await this.#byId.run({ id: idHash, now });
    if (unsaved !== undefined && (unsaved.isNew || row !== undefined)) {
      return unsaved.content === undefined ? null : { ...unsaved.content };
    }
    if (row === undefined) {
      return null;
    }
    const content = parse(row.content);
    const expiresAt = endOf(content, now);
    if (expiresAt <= now) {
      return null;
    }
    if (row.expires_at < expiresAt - prolongEveryMs) {
      await this.#prolong(idHash, expiresAt);
    }
    return { ...content, isStored: true };
  }

  /**
   * Only now and then: a write costs more than most pages. Where the database takes none, pages can still be looked
   * at, and the next one tries again.
   */
  async #prolong(idHash: string, expiresAt: number): Promise<void> {
    try {
      await this.#db.knex('sessions').where({ id_hash: idHash }).update({ expires_at: expiresAt });
    } catch {
      // It lasts for the rest of its eight hours.
    }
  }

  /** A session that was ended while a request used it must not come back, so only new ones are inserted. */
  async #save(idHash: string, content: SessionData): Promise<void> {
    const isNew = content.isStored !== true || unsavedSessions.find(idHash)?.isNew === true;
    content.isStored = true;
    content.createdAt ??= Date.now();
    await this.#noteOrKeep(idHash, { content: parse(JSON.stringify(content)), isNew });
  }

  async #remove(idHash: string): Promise<void> {
    await this.#noteOrKeep(idHash, { content: undefined, isNew: false });
  }

  async #noteOrKeep(idHash: string, state: SessionState): Promise<void> {
    try {
      await this.#note(idHash, state);
      unsavedSessions.forget(idHash);
    } catch (error) {
      if (!cannotStore(error)) {
        throw error;
      }
      unsavedSessions.keep(idHash, state);
    }
  }

  /** What the database could not note, and cannot now either. */
  async #unsaved(idHash: string): Promise<SessionState | undefined> {
    const state = unsavedSessions.find(idHash);
    if (state !== undefined) {
      await this.#noteOrKeep(idHash, state).catch(() => {});
    }
    return unsavedSessions.find(idHash);
  }

  async #note(idHash: string, { content, isNew }: SessionState): Promise<void> {
    await this.#db.transaction(async (tx) => {
      const known = tx('sessions').where({ id_hash: idHash });
      if (content === undefined) {
        await known.delete();
        return;
      }
      const row = {
        account_id: content.accountId ?? null,
        content: JSON.stringify(content),
        expires_at: endOf(content, Date.now()),
      };
      await (isNew ? tx('sessions').insert({ id_hash: idHash, ...row }) : known.update(row));
    });
  }
}

/** Eight hours from now, but not later than a week after it began. One that has not begun yet is over. */
function endOf({ createdAt = 0 }: SessionData, now: number): number {
  return createdAt > now + skewMs ? 0 : Math.min(now + idleMs, createdAt + longestMs);
}

function parse(content: string): SessionData {
  const parsed: SessionData = JSON.parse(content);
  return parsed;
}

function ignore(): void {}
