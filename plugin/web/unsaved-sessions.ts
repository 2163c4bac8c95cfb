import type { SessionData } from 'express-session';

/** What became of a session. */
export interface SessionState {
  /** Undefined for one that has ended. */
  readonly content: SessionData | undefined;
  /** Whether the database does not have it. */
  readonly isNew: boolean;
}

interface Unsaved extends SessionState {
  readonly until: number;
}

const lifetimeMs = 60 * 60 * 1000;
const most = 1000;

/**
 * Sessions that began, changed or ended while nothing could be stored, in this process alone and for an hour at most: so
 * that people can sign in, look at pages and sign out on a full disk.
 */
class UnsavedSessions {
  readonly #byId = new Map<string, Unsaved>();

  keep(idHash: string, { content, isNew }: SessionState): void {
    const until = this.#byId.get(idHash)?.until ?? Date.now() + lifetimeMs;
    this.#byId.delete(idHash);
    const [oldest] = this.#byId.keys();
    if (oldest !== undefined && this.#byId.size >= most) {
      this.#byId.delete(oldest);
    }
    this.#byId.set(idHash, { content: content && structuredClone(content), isNew, until });
  }

  find(idHash: string): SessionState | undefined {
    const found = this.#byId.get(idHash);
    if (found === undefined || found.until > Date.now()) {
      return found;
    }
    this.#byId.delete(idHash);
    return undefined;
  }

  forget(idHash: string): void {
    this.#byId.delete(idHash);
  }

  /**
   * Ends what the database does not know, where sessions are ended there.
   *
   * @param accountId all accounts if not given.
   */
  end(accountId?: number): void {
    for (const [idHash, { content }] of this.#byId) {
      if (content !== undefined && (accountId ?? content.accountId) === content.accountId) {
        this.#byId.delete(idHash);
      }
    }
  }
}

/** One for the process, since what ends sessions knows no store. */
export const unsavedSessions = new UnsavedSessions();
