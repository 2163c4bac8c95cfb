import type { Knex } from 'knex';
import type { Noted, TouchedDomains } from '../changes/changes.js';
import { retrying } from '../database/retrying.js';
import { FilledMailFile, type MailFileOptions } from './filled-mail-file.js';
import type { MailMaps } from './mail-maps.js';

/**
 * The views' rows in a separate file, since the mail servers can write what they open. It stays open as long as the
 * panel runs: the last process that closes it locks it meanwhile, and must not be a mail server.
 *
 * A deleted or replaced file is recreated. Mail servers read the old one until they are reloaded, so it is kept in
 * step, too, until the panel stops.
 */
export class SqliteMailMaps implements MailMaps {
  /**
   * The process that changes something copies it; this finds changes that killed processes left, and a deleted file: a
   * proxymap(8) that finds none exits, and master(8) waits a minute before it starts another. A check costs 15 µs of
   * processor time.
   */
  readonly followEveryMs = 100;
  readonly #now: () => number;
  #madeAnewAt: number | undefined;
  #current: FilledMailFile;
  readonly #former = new Set<FilledMailFile>();

  constructor(options: MailFileOptions) {
    this.#now = options.now ?? Date.now;
    this.#current = new FilledMailFile(options);
  }

  get madeAnewAt(): number | undefined {
    return this.#madeAnewAt;
  }

  async note(tx: Knex.Transaction, { ids, rows }: TouchedDomains): Promise<Noted> {
    const after = await lastChange(tx);
    await tx.batchInsert(
      'mail_map_changes',
      [...new Set(ids)].map((id) => ({ domain_id: id })),
      idsAtOnce,
    );
    for (const { rows: query, columns } of rows) {
      const alone = columns === undefined ? null : JSON.stringify(columns);
      await tx
        .into(tx.raw('mail_map_changes (domain_id, changed_columns)'))
        .insert(query.clone().select(tx.raw('?', [alone])));
    }
    return { after, upTo: await lastChange(tx) };
  }

  /** @throws if the file was deleted or replaced and cannot be recreated; the old one is kept in step all the same. */
  async copyChanges(noted?: Noted): Promise<void> {
    const failure = this.#recreateIfGone();
    await this.#current.copyChanges(noted);
    await Promise.all([...this.#former].map((file) => this.#keepInStep(file)));
    this.#current.copy.beginEpoch();
    if (failure !== undefined) {
      throw failure;
    }
    await this.#current.copy.forgetKnown();
  }

  /**
   * A file that another process does not know is kept in step at once. For all else, the process that made a change has
   * a while to copy it: a large job does so once a second, and pages are answered by this thread.
   */
  async followChanges(): Promise<void> {
    const { isInPlace, copy } = this.#current;
    if (!isInPlace || this.#former.size > 0 || copy.isOverdue(this.#now())) {
      await this.copyChanges();
    }
  }

  async rebuild(): Promise<void> {
    await retrying(async () => this.#current.fill());
    await this.#current.copy.forgetKnown();
  }

  async close(): Promise<void> {
    [this.#current, ...this.#former].forEach((file) => file.close());
  }

  /** @returns why it could not be recreated. */
  #recreateIfGone(): Error | undefined {
    try {
      const gone = this.#current;
      if (!gone.isInPlace) {
        this.#current = gone.madeAnew();
        this.#former.add(gone);
        this.#madeAnewAt = this.#now();
      }
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  async #keepInStep(file: FilledMailFile): Promise<void> {
    try {
      await file.copyChanges();
    } catch {
      this.#former.delete(file);
      file.close();
    }
  }
}

/** A compound SELECT of SQLite has at most 500 terms, and Knex inserts rows with one. */
const idsAtOnce = 400;

/** The highest change that is recorded, which only a later one of a transaction can exceed. */
async function lastChange(tx: Knex.Transaction): Promise<number> {
  const [last] = await tx('mail_map_changes').max('id as id');
  return Number(last?.['id'] ?? 0);
}
