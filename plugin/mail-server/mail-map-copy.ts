import { setImmediate as nextTurn } from 'node:timers/promises';
import type Sqlite from 'better-sqlite3';
import { isContention } from '../database/failures.js';
import type { Epoch } from './epoch.js';
import { markFilled } from './mail-file.js';
import { type MailView, mailViewNames, mailViews } from './views.js';

/** SQLite waits in this very thread, so it waits briefly, and `retrying` goes on. */
export const briefBusyTimeoutMs = 100;

/** How many changes one transaction copies: large enough for bulk changes, small enough to serve pages in between. */
const batchSize = 100;
const attemptsToForget = 5;

/** The panel's transactions number their changes in the order in which they commit: there is one writer at a time. */
export class Copy {
  /** The highest change that is in the mail servers' file. */
  copied = 0;
  /** The highest change that Postfix knows of: what it has read before is forgotten. */
  #known = -1;
  readonly #db: Sqlite.Database;
  readonly #epoch: Epoch;
  readonly #next: Sqlite.Statement<[number], { id: number; domainId: number }>;
  readonly #replace: readonly Sqlite.Statement<[number]>[];
  readonly #disabled: Sqlite.Statement<[number], string>;
  readonly #leadingTo: Sqlite.Statement<[string], number>;
  readonly #forget: Sqlite.Statement<[number]>;
  #forgotten = 0;

  constructor(db: Sqlite.Database, epoch: Epoch) {
    this.#db = db;
    this.#epoch = epoch;
    this.#next = db.prepare(
      `SELECT id, domain_id AS domainId FROM panel.mail_map_changes
       WHERE id > ? ORDER BY id LIMIT ${batchSize}`,
    );
    // One domain at a time: for a list of them SQLite prefers an index that finds half of all domains.
    this.#replace = mailViewNames.flatMap((view) => [
      db.prepare(`DELETE FROM main.${view} WHERE domain_id = ?`),
      db.prepare(`${copyOf(view)} WHERE domain_id = ?`),
    ]);
    this.#disabled = db
      .prepare<[number], string>(
        `SELECT lookup_key FROM main.postfix_recipient_access
         WHERE domain_id = ? AND result LIKE '550 5.2.1 %' AND lookup_key LIKE '%@%'`,
      )
      .pluck();
    this.#leadingTo = db.prepare<[string], number>(domainsLeadingTo).pluck();
    this.#forget = db.prepare('DELETE FROM panel.mail_map_changes WHERE id <= ?');
  }

  /** Whether there was something to copy. */
  batch(): boolean {
    if (this.#next.get(this.copied) === undefined) {
      return false;
    }
    const changes = writing(this.#db, () => {
      const next = this.#next.all(this.copied);
      this.#copy(new Set(next.map((change) => change.domainId)));
      return next;
    });
    this.copied = changes.at(-1)?.id ?? this.copied;
    return changes.length > 0;
  }

  /** @param copied the highest change in a file that was filled by other means. */
  startOver(copied: number): void {
    this.copied = copied;
    this.#known = -1;
    this.beginEpoch();
  }

  /** Also for what another call has copied and not come to yet: its changes may be those of this one. */
  beginEpoch(): void {
    if (this.#known < this.copied) {
      this.#epoch.renew();
      this.#known = this.copied;
    }
  }

  /** Of other domains, what leads to a mailbox that has been suspended or is so no longer is different too. */
  #copy(domains: ReadonlySet<number>): void {
    const changed = new Set<string>();
    for (const domainId of domains) {
      this.#disabled.all(domainId).forEach((address) => changed.add(address));
      this.#replaceRows(domainId);
      this.#disabled.all(domainId).forEach((address) => changed.add(address));
    }
    if (changed.size > 0) {
      this.#leadingTo
        .all(JSON.stringify([...changed]))
        .filter((domainId) => !domains.has(domainId))
        .forEach((domainId) => this.#replaceRows(domainId));
    }
  }

  #replaceRows(domainId: number): void {
    this.#replace.forEach((statement) => statement.run(domainId));
  }

  /**
   * Waiting for the panel's write lock would block this very process if it holds it in another transaction. What
   * is not forgotten is copied once more after a restart, which does no harm.
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

/** The domains with an alias, or a policy, that leads to one of these addresses. */
const domainsLeadingTo = `WITH RECURSIVE reached (address, domain_id) AS (
    SELECT value, NULL FROM json_each(?)
    UNION
    SELECT a.address, a.domain_id FROM reached r
    JOIN panel.alias_targets t ON t.base = r.address JOIN panel.aliases a ON a.id = t.alias_id
  )
  SELECT domain_id FROM reached WHERE domain_id IS NOT NULL
  UNION
  SELECT d.id FROM reached r JOIN panel.domains d ON d.forward_base = r.address`;

/** @returns the highest change that is in it. */
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
