import { setImmediate as nextTurn } from 'node:timers/promises';
import type Sqlite from 'better-sqlite3';
import { isContention } from '../database/failures.js';
import type { Epoch } from './epoch.js';
import type { MailFileOptions } from './filled-mail-file.js';
import { markFilled } from './mail-file.js';
import { type MailView, mailViewNames, mailViews } from './views.js';

/** SQLite blocks this thread while it waits, so it waits briefly and `retrying` continues. */
export const briefBusyTimeoutMs = 100;

/** Changes copied per transaction: large enough for bulk changes, small enough to serve pages in between. */
const batchSize = 250;
const attemptsToForget = 5;

/** Copies changes, which transactions number in the order of their commits: SQLite has one writer at a time. */
export class MailMapCopy {
  /** The highest change in the mail servers' file. */
  copied = 0;
  /** The highest change that Postfix has seen, with its cached answers dropped. */
  #known = -1;
  readonly #db: Sqlite.Database;
  readonly #epoch: Epoch;
  readonly #next: Sqlite.Statement<[number], { id: number; domainId: number }>;
  readonly #replace: readonly Sqlite.Statement<[string]>[];
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
      `SELECT id, domain_id AS domainId FROM panel.mail_map_changes
       WHERE id > ? ORDER BY id LIMIT ${batchSize}`,
    );
    const among = 'domain_id IN (SELECT value FROM json_each(?))';
    this.#replace = mailViewNames.flatMap((view) => [
      db.prepare(`DELETE FROM main.${view} WHERE ${among}`),
      db.prepare(`${copyOf(view)} WHERE ${among}`),
    ]);
    this.#disabled = db
      .prepare<[string], string>(
        `SELECT lookup_key FROM main.postfix_recipient_access
         WHERE ${among} AND result LIKE '550 5.2.1 %' AND lookup_key LIKE '%@%'`,
      )
      .pluck();
    this.#leadingTo = db.prepare<[string], number>(domainsLeadingTo(forwardingColumns)).pluck();
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

  /** Also covers changes that another call has copied but not yet announced: they may be this call's own. */
  beginEpoch(): void {
    if (this.#known < this.copied) {
      this.#epoch.renew();
      this.#known = this.copied;
    }
  }

  /** Suspending or resuming a mailbox also changes rows of other domains that forward to it. */
  #copy(domains: ReadonlySet<number>): void {
    const ids = JSON.stringify([...domains]);
    const changed = new Set(this.#disabled.all(ids));
    this.#replaceRows(ids);
    this.#disabled.all(ids).forEach((address) => changed.add(address));
    if (changed.size > 0) {
      const others = this.#leadingTo
        .all(JSON.stringify([...changed]))
        .filter((domainId) => !domains.has(domainId));
      this.#replaceRows(JSON.stringify(others));
    }
  }

  #replaceRows(domainIds: string): void {
    this.#replace.forEach((statement) => statement.run(domainIds));
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

function copyOf(view: MailView): string {
  const columns = mailViews[view].join(', ');
  return `INSERT INTO main.${view} (${columns}) SELECT ${columns} FROM panel.${view}`;
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
