import type { SessionData } from 'express-session';

/** The state of a session. */
export interface SessionState {
  /** Undefined if it has ended. */
  readonly content: SessionData | undefined;
  /** Whether the database lacks it. */
  readonly isNew: boolean;
}

interface Unsaved extends SessionState {
  readonly until: number;
}

const lifetimeMs = 60 * 60 * 1000;
const most = 1000;

/**
 * Sessions that began, changed or ended while nothing could be stored, in this process only and for an hour at most, so
 * that people can sign in, view pages and sign out on a full disk.
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
   * Ends sessions that the database does not know.
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

/** Shared by the process, since the code that ends sessions has no store. */
export const unsavedSessions = new UnsavedSessions();
