import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { Database } from '../database/database.js';
import type { Viewer } from '../viewing/viewer.js';
import { agreed } from './decision.js';
import type { Actor } from '../viewing/actor.js';
import { type Entry, writeEntry } from './entry.js';
import type { Verb } from './verb.js';

/** A transaction in which something changes. */
export interface Changing {
  readonly tx: Knex.Transaction;
  readonly record: (entry: Entry) => Promise<void>;
  /** Says that the mail servers' view of these domains changes. */
  readonly touch: (domainIds: readonly number[]) => Promise<void>;
}

/** Brings what has been committed to where the mail servers read it. */
export interface PublishChanges {
  /** Notes, at the end of a transaction, that it changes these domains. */
  note(tx: Knex.Transaction, domainIds: readonly number[]): Promise<void>;
  copyChanges(): Promise<void>;
}

/** The one way to change anything: the change, its audit entry and its way to the mail servers, together. */
export class Changes {
  readonly #db: Database;
  readonly #maps: PublishChanges;
  readonly #onUnpublished: (error: unknown) => void;
  #isPublished = true;

  constructor(parts: {
    readonly db: Database;
    readonly maps: PublishChanges;
    /** Told once why what is committed has not reached the mail servers yet. */
    readonly onUnpublished: (error: unknown) => void;
  }) {
    this.#db = parts.db;
    this.#maps = parts.maps;
    this.#onUnpublished = parts.onUnpublished;
  }

  /** Whether what is committed reached the mail servers when that was last tried. */
  get isPublished(): boolean {
    return this.#isPublished;
  }

  /**
   * Runs `work` in a transaction, perhaps more than once, and lets the mail servers see it before it returns.
   *
   * @param group that its entries share; an act of several transactions gives each the same.
   */
  async make<T>(
    by: Actor,
    work: (changing: Changing) => Promise<T>,
    group = newGroup(),
  ): Promise<T> {
    const result = await this.#db.transaction(async (tx) => {
      const touched: number[] = [];
      const made = await work(changingIn(tx, touched, (entry) => writeEntry(tx, by, group, entry)));
      if (touched.length > 0) {
        await this.#maps.note(tx, touched);
      }
      return made;
    });
    await this.publish();
    return result;
  }

  /**
   * Decides in a transaction about what is read there, so that it stays as it was decided about, and writes.
   *
   * @throws {AppError} why it is refused.
   */
  async carryOut<Subject, Wanted, Change, Result>(
    viewer: Viewer,
    verb: Verb<Subject, Wanted, Change, Result>,
    read: (tx: Knex.Transaction) => Promise<Subject>,
    wanted: Wanted,
  ): Promise<Result> {
    return await this.make(viewer, async (changing) => {
      const decision = verb.decide(viewer, await read(changing.tx), wanted);
      return await verb.write(changing, agreed(decision));
    });
  }

  /**
   * Lets the mail servers see what is committed and has not reached them, as after a crash. What fails stays noted:
   * the change itself is made, so this does not throw.
   */
  async publish(): Promise<void> {
    try {
      await this.#maps.copyChanges();
      this.#isPublished = true;
    } catch (error) {
      if (this.#isPublished) {
        this.#onUnpublished(error);
      }
      this.#isPublished = false;
    }
  }
}

/** Ties the audit entries of one act together. */
export function newGroup(): string {
  return randomUUID();
}

function changingIn(tx: Knex.Transaction, touched: number[], record: Changing['record']): Changing {
  return {
    tx,
    record,
    touch: async (domainIds) => {
      domainIds.forEach((id) => touched.push(id));
    },
  };
}
