import { setImmediate as nextTurn } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';
import type Sqlite from 'better-sqlite3';
import type { Noted } from '../changes/changes.js';
import { isContention } from '../database/failures.js';
import type { Epoch } from './epoch.js';
import type { MailFileOptions } from './filled-mail-file.js';
import { AffectedViews } from './affected-views.js';
import { markFilled } from './mail-file.js';
import { ViewCopy, copyOf } from './view-copy.js';
import { type MailView, mailViewNames } from './views.js';

/** SQLite blocks this thread while it waits, so it waits briefly and `retrying` continues. */
export const briefBusyTimeoutMs = 20;

/**
 * Changes copied per transaction: few where pages are served in between. Elsewhere, as in the thread of jobs, many share
 * the time that a disk takes to store the pages of a transaction.
 */
const batchSize = isMainThread ? 250 : 5000;
/** How long changes wait for the process that made them. */
const patienceMs = 3000;
const attemptsToForget = 5;

interface Change {
  readonly id: number;
  readonly domainId: number;
  /** See `AffectedViews`. */
  readonly columns: string | null;
}

interface Waiting {
  readonly first: number | null;
  readonly last: number | null;
}

/** Copies changes, which transactions number in the order of their commits: SQLite has one writer at a time. */
export class MailMapCopy {
  /** The highest change in the mail servers' file. */
  copied = 0;
  /** The highest change that Postfix has seen, with its cached answers dropped. */
  #known = -1;
  readonly #db: Sqlite.Database;
  readonly #epoch: Epoch;
  /** Whether changes were copied ahead of others, and Postfix has not seen them. */
  #isAhead = false;
  /** Changes that were seen waiting, up to the highest. */
  #seen = { upTo: 0, at: 0 };
  readonly #next: Sqlite.Statement<[after: number, upTo: number], Change>;
  readonly #waiting: Sqlite.Statement<[after: number], Waiting>;
  /** Each is prepared when it is first needed: most processes copy nothing, and it takes a sixth of their start. */
  readonly #views = new Map<MailView, ViewCopy>();
  readonly #affected: AffectedViews;
  readonly #disabled: Sqlite.Statement<[string], string>;
  readonly #leadingTo: Sqlite.Statement<[string], number>;
  readonly #forget: Sqlite.Statement<[number]>;
  #forgotten = 0;

  constructor(
    db: Sqlite.Database,
    { epoch, forwardingColumns }: Pick<MailFileOptions, 'epoch' | 'forwardingColumns'>,
  ) {
    this.#db = db;
    this.#epoch = epoch;
    this.#next = db.prepare(
      `SELECT id, domain_id AS domainId, changed_columns AS columns FROM panel.mail_map_changes
       WHERE id > ? AND id <= ? ORDER BY id LIMIT ${batchSize}`,
    );
    this.#waiting = db.prepare(
      'SELECT min(id) AS first, max(id) AS last FROM panel.mail_map_changes WHERE id > ?',
    );
    this.#affected = new AffectedViews(db);
    this.#disabled = db
      .prepare<[string], string>(
        `SELECT lookup_key FROM main.postfix_recipient_access
         WHERE domain_id IN (SELECT value FROM json_each(?)) AND result LIKE '550 5.2.1 %' AND lookup_key LIKE '%@%'`,
      )
      .pluck();
    this.#leadingTo = db.prepare<[string], number>(domainsLeadingTo(forwardingColumns)).pluck();
    this.#forget = db.prepare('DELETE FROM panel.mail_map_changes WHERE id <= ?');
  }

  /** @returns the last change that it copied; undefined when there was none. */
  batch(): number | undefined {
    const last = this.#copyPart({ after: this.copied, upTo: Number.MAX_SAFE_INTEGER });
    this.copied = Math.max(this.copied, last ?? 0);
    return last;
  }

  /** Copies the newest state of some domains while earlier changes, perhaps of the same, wait: they come again. */
  batchAhead(part: Noted): number | undefined {
    const last = this.#copyPart(part);
    this.#isAhead ||= last !== undefined;
    return last;
  }

  /** Whether changes wait up to this one. */
  hasUpTo(change: number): boolean {
    return this.#next.get(this.copied, change) !== undefined;
  }

  /** Whether changes wait that another process should have copied: it may have been killed. */
  isOverdue(now: number): boolean {
    const { first, last } = this.#waiting.get(this.copied) ?? {};
    if (typeof first !== 'number' || typeof last !== 'number') {
      return false;
    }
    if (first > this.#seen.upTo) {
      this.#seen = { upTo: last, at: now };
    }
    return now - this.#seen.at >= patienceMs;
  }

  #copyPart({ after, upTo }: Noted): number | undefined {
    if (this.#next.get(after, upTo) === undefined) {
      return undefined;
    }
    return writing(this.#db, () => {
      const changes = this.#next.all(after, upTo);
      for (const [columns, alike] of Map.groupBy(changes, (each) => each.columns)) {
        this.#copy(new Set(alike.map(({ domainId }) => domainId)), this.#affected.by(columns));
      }
      return changes.at(-1)?.id;
    });
  }

  /** @param copied the highest change in a file that was filled by other means. */
  startOver(copied: number): void {
    this.copied = copied;
    this.#known = -1;
    this.beginEpoch();
  }

  /** Also covers changes that another call has copied but not yet announced: they may be this call's own. */
  beginEpoch(): void {
    if (this.#isAhead || this.#known < this.copied) {
      this.#epoch.renew();
      this.#isAhead = false;
      this.#known = this.copied;
    }
  }

  /** Suspending or resuming a mailbox also changes rows of other domains that forward to it. */
  #copy(domains: ReadonlySet<number>, views: readonly MailView[]): void {
    const ids = JSON.stringify([...domains]);
    if (!views.includes('postfix_recipient_access')) {
      this.#bringUpToDate(views, ids);
      return;
    }
    const changed = new Set(this.#disabled.all(ids));
    this.#bringUpToDate(views, ids);
    this.#disabled.all(ids).forEach((address) => changed.add(address));
    if (changed.size > 0) {
      const others = this.#leadingTo
        .all(JSON.stringify([...changed]))
        .filter((domainId) => !domains.has(domainId));
      this.#bringUpToDate(mailViewNames, JSON.stringify(others));
    }
  }

  #bringUpToDate(views: readonly MailView[], domainIds: string): void {
    views.forEach((view) => this.#copyOf(view).bringUpToDate(domainIds));
  }

  #copyOf(view: MailView): ViewCopy {
    const copy = this.#views.get(view) ?? new ViewCopy(this.#db, view);
    this.#views.set(view, copy);
    return copy;
  }

  /**
   * Waiting for the panel's write lock would block this process if it holds the lock in another transaction. Changes
   * that stay recorded are copied again after a restart, which is harmless.
   */
  async forgetKnown(): Promise<void> {
    for (
      let attempt = 1;
      this.#forgotten < this.#known && attempt <= attemptsToForget;
      attempt += 1
    ) {
      const upTo = this.#known;
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
      this.#db.pragma(`busy_timeout = ${briefBusyTimeoutMs}`);
    }
  }
}

/** The domains with an alias or a policy that forwards to one of these addresses. */
function domainsLeadingTo(forwardingColumns: readonly string[]): string {
  return `WITH RECURSIVE reached (address, domain_id) AS (
    SELECT value, NULL FROM json_each(?)
    UNION
    SELECT a.address, a.domain_id FROM reached r
    JOIN panel.alias_targets t ON t.base = r.address JOIN panel.aliases a ON a.id = t.alias_id
  )
  SELECT domain_id FROM reached WHERE domain_id IS NOT NULL
  ${forwardingColumns
    .map(
      (column) =>
        `UNION SELECT d.id FROM reached r JOIN panel.domains d ON d.${column} = r.address`,
    )
    .join(' ')}`;
}

/** @returns the highest change in it. */
export function fill(db: Sqlite.Database): number {
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

/**
 * Takes the file's write lock before reading the panel's rows, so that a later writer has read rows at least as new.
 * BEGIN IMMEDIATE would also take the panel's lock.
 */
function writing<T>(db: Sqlite.Database, work: () => T): T {
  return db.transaction(() => {
    db.exec(`DELETE FROM main.postfix_mailbox_domains WHERE 0`);
    return work();
  })();
}
