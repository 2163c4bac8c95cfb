import { setImmediate as nextTurn } from 'node:timers/promises';
import type Sqlite from 'better-sqlite3';
import { isContention } from '../database/database.js';
import { busyTimeoutMs, isFilled, markFilled, openMailFile } from './mail-file.js';
import type { MailMaps } from './mail-maps.js';
import { type MailView, mailViewNames, mailViews } from './views.js';

export interface SqliteMailMapsOptions {
  /** The panel's database, with the views in it. */
  readonly panelFile: string;
  /** What Postfix and Dovecot open, in a folder with nothing else in it; both are made when missing. */
  readonly mailFile: string;
}

/**
 * The rows of the views in a file of their own, because the mail servers can write what they open. It must stay
 * open as long as the panel runs: a mail server that were the only one to use it would lock it when it leaves.
 */
export function sqliteMailMaps({ panelFile, mailFile }: SqliteMailMapsOptions): MailMaps {
  const db = openMailFile(mailFile);
  db.prepare('ATTACH ? AS panel').run(panelFile);
  db.pragma('panel.synchronous = NORMAL');
  if (!isFilled(db)) {
    fill(db);
  }
  const copy = new Copy(db);

  return {
    needsCopy: true,
    async copyChanges() {
      while (copy.batch()) {
        await nextTurn();
      }
      await copy.forgetCopied();
    },
    async rebuild() {
      copy.copied = fill(db);
      await copy.forgetCopied();
    },
    async close() {
      db.close();
    },
  };
}

/** How many changes one transaction copies: large enough for bulk changes, small enough to serve pages in between. */
const batchSize = 100;
const attemptsToForget = 5;

/** The panel's transactions number their changes in the order in which they commit: there is one writer at a time. */
class Copy {
  /** The highest change that is in the mail servers' file. */
  copied = 0;
  readonly #db: Sqlite.Database;
  readonly #next: Sqlite.Statement<[number], { id: number; domainId: number }>;
  readonly #replace: readonly Sqlite.Statement<[number]>[];
  readonly #forget: Sqlite.Statement<[number]>;
  #forgotten = 0;

  constructor(db: Sqlite.Database) {
    this.#db = db;
    this.#next = db.prepare(
      `SELECT id, domain_id AS domainId FROM panel.mail_map_changes
       WHERE id > ? ORDER BY id LIMIT ${batchSize}`,
    );
    // One domain at a time: for a list of them SQLite prefers an index that finds half of all domains.
    this.#replace = mailViewNames.flatMap((view) => [
      db.prepare(`DELETE FROM main.${view} WHERE domain_id = ?`),
      db.prepare(`${copyOf(view)} WHERE domain_id = ?`),
    ]);
    this.#forget = db.prepare('DELETE FROM panel.mail_map_changes WHERE id <= ?');
  }

  /** Whether there was something to copy. */
  batch(): boolean {
    if (this.#next.get(this.copied) === undefined) {
      return false;
    }
    const changes = writing(this.#db, () => {
      const next = this.#next.all(this.copied);
      for (const domainId of new Set(next.map((change) => change.domainId))) {
        this.#replace.forEach((statement) => statement.run(domainId));
      }
      return next;
    });
    this.copied = changes.at(-1)?.id ?? this.copied;
    return changes.length > 0;
  }

  /**
   * Waiting for the panel's write lock would block this very process if it holds it in another transaction. What
   * is not forgotten is copied once more after a restart, which does no harm.
   */
  async forgetCopied(): Promise<void> {
    for (
      let attempt = 1;
      this.#forgotten < this.copied && attempt <= attemptsToForget;
      attempt += 1
    ) {
      const upTo = this.copied;
      if (this.#forgetNow(upTo)) {
        this.#forgotten = upTo;
      } else {
        await nextTurn();
      }
    }
  }

  #forgetNow(upTo: number): boolean {
    this.#db.pragma('busy_timeout = 0');
    try {
      this.#forget.run(upTo);
      return true;
    } catch (error) {
      if (isContention(error)) {
        return false;
      }
      throw error;
    } finally {
      this.#db.pragma(`busy_timeout = ${busyTimeoutMs}`);
    }
  }
}

/** @returns the highest change that is in it. */
function fill(db: Sqlite.Database): number {
  const highest = db.prepare<[], number>('SELECT coalesce(max(id), 0) FROM panel.mail_map_changes');
  return writing(db, () => {
    for (const view of mailViewNames) {
      db.exec(`DELETE FROM main.${view}`);
      db.exec(copyOf(view));
    }
    markFilled(db);
    return highest.pluck().get() ?? 0;
  });
}

function copyOf(view: MailView): string {
  const columns = mailViews[view].join(', ');
  return `INSERT INTO main.${view} (${columns}) SELECT ${columns} FROM panel.${view}`;
}

/**
 * Takes the write lock before the panel's rows are read: who writes later has read rows that are at least as new.
 * BEGIN IMMEDIATE would take the panel's lock too.
 */
function writing<T>(db: Sqlite.Database, work: () => T): T {
  return db.transaction(() => {
    db.exec(`DELETE FROM main.postfix_mailbox_domains WHERE 0`);
    return work();
  })();
}
