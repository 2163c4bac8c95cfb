import { callbackify, promisify } from 'node:util';
import type { Request, RequestHandler } from 'express';
import session, { Store, type SessionData } from 'express-session';
import { digest } from '../secrets/digest.js';
import type { Database } from '../database/database.js';
import { skewMs } from '../database/expiry.js';
import { cannotStore } from '../database/failures.js';
import { Prepared } from '../database/prepared.js';
import { readingSessions } from './reading-sessions.js';
import { type SessionState, unsavedSessions } from './unsaved-sessions.js';

declare module 'express-session' {
  interface SessionData {
    /** The account that signed in. */
    accountId?: number;
    /** The account that it acts as, if any. */
    actingAsId?: number;
    /** Start, in ms since 1970. */
    createdAt?: number;
    /** Whether the database already has it. */
    isStored?: boolean;
  }
}

const dayMs = 24 * 60 * 60 * 1000;
const idleMs = 8 * 60 * 60 * 1000;
/** The longest session, even if never idle. */
const longestMs = 7 * dayMs;
const prolongEveryMs = 10 * 60 * 1000;

/** Sessions in the database, shared by all processes of the panel. */
export function sessions(db: Database, secret: string): RequestHandler {
  const store = new KnexSessionStore(db);
  const whole = session({
    name: cookie,
    secret,
    store,
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax', secure: 'auto', path: '/' },
  });
  return readingSessions({ cookie, whole, load: async (idHash) => await store.found(idHash) });
}

const cookie = 'relais';

/**
 * Saves a changed session before the response begins: a browser that follows a redirect may be faster than the
 * database.
 */
export async function saveSession(req: Request): Promise<void> {
  await promisify(req.session.save.bind(req.session))();
}

type Done = (error?: unknown) => void;

interface SessionRow {
  readonly content: string;
  readonly expires_at: number;
}

/** Stores a digest of the session ID: reading the database does not yield a usable session. */
class KnexSessionStore extends Store {
  readonly #db: Database;
  readonly #byId: Prepared<{ id: string; now: number }, SessionRow>;
  readonly #find = callbackify((idHash: string) => this.found(idHash));
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

  /** Without `touch`, which would run after every request. */
  async found(idHash: string): Promise<SessionData | null> {
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
   * Extends sessions only now and then: a write costs more than most pages. If the database cannot be written, pages
   * still work and the next one retries.
   */
  async #prolong(idHash: string, expiresAt: number): Promise<void> {
    try {
      await this.#db.knex('sessions').where({ id_hash: idHash }).update({ expires_at: expiresAt });
    } catch {
      // The session lasts for the rest of its eight hours.
    }
  }

  /** Only inserts new sessions: one that was ended during a request must not come back. */
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

  /** Whether the database could not store the session, and still cannot. */
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

/** Eight hours from now, but at most a week after its start. A session without a start has expired. */
function endOf({ createdAt = 0 }: SessionData, now: number): number {
  return createdAt > now + skewMs ? 0 : Math.min(now + idleMs, createdAt + longestMs);
}

function parse(content: string): SessionData {
  const parsed: SessionData = JSON.parse(content);
  return parsed;
}

function ignore(): void {}
