import { rmSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type Sqlite from 'better-sqlite3';
import type { Knex } from 'knex';
import { isContention, retrying } from '../database/database.js';
import { fileIdentity, walFiles } from '../database/file-identity.js';
import type { Epoch } from './epoch.js';
import { isFilled, markFilled, openMailFile } from './mail-file.js';
import type { MailMaps } from './mail-maps.js';
import { type MailView, mailViewNames, mailViews } from './views.js';

export interface SqliteMailMapsOptions {
  /** The panel's database, with the views in it. */
  readonly panelFile: string;
  /** What Postfix and Dovecot open, in a folder with nothing else in it; both are made when missing. */
  readonly mailFile: string;
  /** Of the Postfix that reads it. */
  readonly epoch: Epoch;
}

/**
 * The rows of the views in a file of their own, because the mail servers can write what they open. It must stay
 * open as long as the panel runs: a mail server that were the only one to use it would lock it when it leaves.
 *
 * Where the file is removed or replaced, another one is made. Mail servers read what they have open until they are
 * reloaded, so that is kept in step, too, until the panel stops.
 */
export function sqliteMailMaps(options: SqliteMailMapsOptions): MailMaps {
  let current = new OpenMailFile(options);
  const former = new Set<OpenMailFile>();
  let madeAnewAt: number | undefined;
  const takePlace = (): Error | undefined => {
    try {
      if (!current.isInPlace) {
        const gone = current;
        current = gone.madeAnew();
        former.add(gone);
        madeAnewAt = Date.now();
      }
    } catch (error) {
      return asError(error);
    }
  };
  const keepInStep = async (file: OpenMailFile): Promise<void> => {
    try {
      await file.copyChanges();
    } catch {
      former.delete(file);
      file.close();
    }
  };

  return {
    followEveryMs,
    note,
    get madeAnewAt() {
      return madeAnewAt;
    },
    async copyChanges() {
      const failure = takePlace();
      await current.copyChanges();
      await Promise.all([...former].map(keepInStep));
      current.copy.beginEpoch();
      if (failure !== undefined) {
        throw failure;
      }
      await current.copy.forgetKnown();
    },
    async rebuild() {
      await retrying(async () => current.fill());
      await current.copy.forgetKnown();
    },
    close: async () => [current, ...former].forEach((file) => file.close()),
  };
}

/** SQLite waits in this very thread, so it waits briefly, and `retrying` goes on. */
const briefBusyTimeoutMs = 100;

/** Whoever changes something copies it; this is for what somebody left. */
const followEveryMs = 5000;

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

async function note(tx: Knex.Transaction, domainIds: readonly number[]): Promise<void> {
  await tx.batchInsert(
    'mail_map_changes',
    domainIds.map((id) => ({ domain_id: id })),
  );
}

class OpenMailFile {
  readonly copy: Copy;
  readonly #options: SqliteMailMapsOptions;
  readonly #db: Sqlite.Database;
  readonly #identities: readonly (string | undefined)[];

  constructor(options: SqliteMailMapsOptions) {
    this.#options = options;
    this.#db = openMailFile(options.mailFile);
    this.#db.prepare('ATTACH ? AS panel').run(options.panelFile);
    this.#db.pragma('panel.synchronous = NORMAL');
    this.copy = new Copy(this.#db, options.epoch);
    if (isFilled(this.#db)) {
      // Who filled it may have been cut off before this.
      this.copy.beginEpoch();
    } else {
      this.fill();
    }
    this.#identities = walFiles(options.mailFile).map(fileIdentity);
    this.#db.pragma(`busy_timeout = ${briefBusyTimeoutMs}`);
  }

  /** Whether who opens the file now gets this one, whole. */
  get isInPlace(): boolean {
    return walFiles(this.#options.mailFile).every(
      (file, index) => fileIdentity(file) === this.#identities[index],
    );
  }

  /** What stands in its place now, filled. Nothing of this one may be taken for a part of that. */
  madeAnew(): OpenMailFile {
    walFiles(this.#options.mailFile).forEach((file, index) => {
      if (fileIdentity(file) === this.#identities[index]) {
        rmSync(file, { force: true });
      }
    });
    const made = new OpenMailFile(this.#options);
    made.fill();
    return made;
  }

  fill(): void {
    this.copy.startOver(fill(this.#db));
  }

  async copyChanges(): Promise<void> {
    while (await retrying(async () => this.copy.batch())) {
      await nextTurn();
    }
  }

  close(): void {
    this.#db.close();
  }
}

/** How many changes one transaction copies: large enough for bulk changes, small enough to serve pages in between. */
const batchSize = 100;
const attemptsToForget = 5;

/** The panel's transactions number their changes in the order in which they commit: there is one writer at a time. */
class Copy {
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
