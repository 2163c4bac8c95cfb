import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { Database } from '../database/database.js';
import { inSavepoint } from '../database/savepoint.js';
import { NotFoundError, Rehearsed } from '../errors.js';
import type { Viewer } from '../viewing/viewer.js';
import { agreed } from './decision.js';
import { type Actor, actorColumns } from '../viewing/actor.js';
import { type Recorded, storeActs } from './acts.js';
import { type AlikeEntries, writeEntries } from './alike-entries.js';
import { type Act, type Entry, writeAllEntries, writeEntry } from './entry.js';
import { type RowsVerb, type Verb, askedFor } from './verb.js';

/** A transaction in which something changes. */
export interface Changing {
  readonly tx: Knex.Transaction;
  readonly act: Act;
  readonly record: (entry: Entry) => Promise<void>;
  /** The same for many. */
  readonly recordAll: (entries: readonly Entry[]) => Promise<void>;
  /** The same for rows that change alike, an entry each. */
  readonly recordAlike: (entries: AlikeEntries) => Promise<void>;
  /** Reports that the mail servers' view of these domains changes. */
  readonly touch: (domainIds: readonly number[]) => Promise<void>;
  /**
   * The same for the domains whose IDs are the `row_id`s of a query.
   *
   * @param columns those of `domains` that were written, if nothing else was.
   */
  readonly touchRows: (rows: Knex.QueryBuilder, columns?: readonly string[]) => Promise<void>;
  /** Runs a part that is taken back alone when it throws, with its entries and the domains that it touched. */
  readonly part: <T>(work: (part: Changing) => Promise<T>) => Promise<T>;
}

/** Domains by their IDs, and by queries. */
export interface TouchedDomains {
  readonly ids: readonly number[];
  readonly rows: readonly TouchedRows[];
}

interface TouchedRows {
  /** A query of their IDs as `row_id`. */
  readonly rows: Knex.QueryBuilder;
  /** The columns of `domains` that were written, if nothing else was. */
  readonly columns: readonly string[] | undefined;
}

/** The part of the recorded changes that one transaction has noted. */
export interface Noted {
  /** The last change before it. */
  readonly after: number;
  readonly upTo: number;
}

/** Copies committed changes to where the mail servers read them; see `MailMaps`. */
interface PublishChanges {
  note(tx: Knex.Transaction, touched: TouchedDomains): Promise<Noted | undefined>;
  copyChanges(noted?: Noted): Promise<void>;
  followChanges(): Promise<void>;
}

interface ChangesParts {
  readonly db: Database;
  readonly maps: PublishChanges;
  /** Called once with the reason why a committed change has not reached the mail servers. */
  readonly onUnpublished: (error: unknown) => void;
}

/** The only way to change anything: writes the change and its audit entry, and publishes it to the mail servers. */
export class Changes {
  readonly #parts: ChangesParts;
  #isPublished = true;

  constructor(parts: ChangesParts) {
    this.#parts = parts;
  }

  /** Whether the last attempt to publish committed changes succeeded. */
  get isPublished(): boolean {
    return this.#isPublished;
  }

  /**
   * Runs `work` in a transaction, possibly more than once, and publishes it to the mail servers before it returns.
   *
   * @param group shared by its audit entries; an act of several transactions passes the same one to each.
   * @throws {Rehearsed} when `by` only rehearses.
   */
  async make<T>(
    by: Actor,
    work: (changing: Changing) => Promise<T>,
    group = newGroup(),
  ): Promise<T> {
    const { made, noted } = await this.#commit(by, work, group);
    if (noted !== undefined) {
      await this.#publish((maps) => maps.copyChanges(noted));
    }
    return made;
  }

  /**
   * The same for an act of many transactions, which publishes several at once: its caller has to call `publish` soon,
   * and before it says that they are done. If it is killed before, a panel that follows the changes does it.
   */
  async makeUnpublished<T>(
    by: Actor,
    work: (changing: Changing) => Promise<T>,
    group: string,
  ): Promise<T> {
    return (await this.#commit(by, work, group)).made;
  }

  async #commit<T>(
    by: Actor,
    work: (changing: Changing) => Promise<T>,
    group: string,
  ): Promise<{ readonly made: T; readonly noted: Noted | undefined }> {
    const { db, maps } = this.#parts;
    return await db.transaction(async (tx) => {
      const done = new Done();
      const made = await work(changingIn(tx, done, { by, group }));
      if (by.rehearses === true) {
        throw new Rehearsed();
      }
      const { actor_id, acting_as, origin } = actorColumns(by);
      await storeActs(tx, { group_id: group, actor_id, acting_as, origin }, done.recorded);
      const isTouched = done.ids.length + done.rows.length > 0;
      return { made, noted: isTouched ? await maps.note(tx, done) : undefined };
    });
  }

  /**
   * Decides in a transaction on rows that it reads and locks there, and writes the change.
   *
   * @throws {AppError} with the reason of a refusal.
   */
  async carryOut<Subject, Wanted, Change, Result, By extends Actor>(
    by: By,
    verb: Verb<Subject, Wanted, Change, Result, By>,
    read: (tx: Knex.Transaction) => Promise<Subject>,
    wanted: Wanted,
  ): Promise<Result> {
    return await this.make(by, async (changing) => {
      const decision = verb.decide(by, await read(changing.tx), wanted);
      return await verb.write(changing, agreed(decision));
    });
  }

  /** The same for a change whose refusal needs no reason: undefined when it is refused. */
  async attempt<Subject, Wanted, Change, Result, By extends Actor>(
    by: By,
    verb: Verb<Subject, Wanted, Change, Result, By>,
    read: (tx: Knex.Transaction) => Promise<Subject>,
    wanted: Wanted,
  ): Promise<Result | undefined> {
    return await this.make(by, async (changing) => {
      const decision = verb.decide(by, await read(changing.tx), wanted);
      return decision.kind === 'refused' ? undefined : await verb.write(changing, decision);
    });
  }

  /**
   * Carries out a verb on the row with this ID.
   *
   * @throws {NotFoundError} when the viewer has none.
   * @throws {AppError} with the reason of a refusal.
   */
  async carryOutOn<Subject, Wanted, Change, Result, Facts>(
    viewer: Viewer,
    verb: RowsVerb<Subject, Wanted, Change, Result, Facts>,
    id: number,
    wanted: Wanted,
  ): Promise<Result> {
    const asked = await askedFor(verb, viewer, [id], wanted);
    const read = async (tx: Knex.Transaction): Promise<Subject> => {
      const [subject] = await verb.read(tx, asked, [id]);
      if (subject === undefined) {
        throw new NotFoundError();
      }
      return subject;
    };
    return await this.carryOut(viewer, verb, read, wanted);
  }

  /**
   * Publishes committed changes that have not reached the mail servers, as after a crash. A failure stays recorded and
   * does not throw, since the change itself is committed.
   */
  async publish(): Promise<void> {
    await this.#publish((maps) => maps.copyChanges());
  }

  /** Publishes what other processes have left behind; see `MailMaps`. */
  async follow(): Promise<void> {
    await this.#publish((maps) => maps.followChanges());
  }

  async #publish(copy: (maps: PublishChanges) => Promise<void>): Promise<void> {
    try {
      await copy(this.#parts.maps);
      this.#isPublished = true;
    } catch (error) {
      if (this.#isPublished) {
        this.#parts.onUnpublished(error);
      }
      this.#isPublished = false;
    }
  }
}

/** Ties the audit entries of one act together. */
export function newGroup(): string {
  return randomUUID();
}

/** What a transaction has done so far: the domains that it touched, and its entries. */
class Done implements TouchedDomains {
  readonly ids: number[] = [];
  readonly rows: TouchedRows[] = [];
  readonly recorded: Recorded[] = [];

  add({ ids = [], rows = [], recorded = [] }: Partial<Done>): void {
    ids.forEach((id) => this.ids.push(id));
    rows.forEach((each) => this.rows.push(each));
    recorded.forEach((each) => this.recorded.push(each));
  }
}

function changingIn(tx: Knex.Transaction, done: Done, act: Act): Changing {
  return {
    tx,
    act,
    record: async (entry) => done.add({ recorded: [await writeEntry(tx, act, entry)] }),
    recordAll: async (entries) =>
      done.add({ recorded: [...(await writeAllEntries(tx, act, entries))] }),
    recordAlike: async (entries) =>
      done.add({ recorded: [...(await writeEntries(tx, act, entries))] }),
    touch: async (ids) => done.add({ ids: [...ids] }),
    touchRows: async (rows, columns) => done.add({ rows: [{ rows, columns }] }),
    async part(work) {
      const also = new Done();
      const made = await inSavepoint(tx, (inner) => work(changingIn(inner, also, act)));
      done.add(also);
      return made;
    },
  };
}
