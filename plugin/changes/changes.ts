import type { Knex } from 'knex';
import { readable } from '../addresses/index.js';
import { foldText } from '../database/fold-text.js';
import type { Database } from '../database/database.js';

/** Who makes a change, for the audit log. */
export interface Actor {
  /** The account that signed in, which stays itself while it acts as another. */
  readonly actorId: number | undefined;
  readonly actor: string;
  readonly actingAs: string | undefined;
  /** The client's IP address, or `cli`. */
  readonly origin: string;
}

/** One entry of the audit log. */
export interface Change {
  /** What happened, as `<thing>.<past participle>`, such as `mailbox.suspended`; a key below `audit.actions`. */
  readonly action: string;
  /** The thing's name as people know it. */
  readonly subject: string;
  /** Who may see the entry, beside administrators. */
  readonly ownerId?: number | undefined;
  readonly resellerId?: number | undefined;
  readonly before?: object | undefined;
  readonly after?: object | undefined;
}

/** A transaction in which something changes. */
export interface Changing {
  readonly tx: Knex.Transaction;
  readonly record: (change: Change) => Promise<void>;
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

  /** Runs `work` in a transaction, perhaps more than once, and lets the mail servers see it before it returns. */
  async make<T>(by: Actor, work: (changing: Changing) => Promise<T>): Promise<T> {
    const result = await this.#db.transaction(async (tx) => {
      const touched: number[] = [];
      const made = await work(changing(by, tx, touched));
      if (touched.length > 0) {
        await this.#maps.note(tx, touched);
      }
      return made;
    });
    await this.publish();
    return result;
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

function changing(by: Actor, tx: Knex.Transaction, touched: number[]): Changing {
  return {
    tx,
    record: async (change) => {
      await tx('audit_entries').insert(entry(by, change));
    },
    touch: async (domainIds) => {
      domainIds.forEach((id) => touched.push(id));
    },
  };
}

function entry(by: Actor, change: Change): Record<string, unknown> {
  return {
    at: Date.now(),
    actor_id: by.actorId ?? null,
    actor: by.actor,
    acting_as: by.actingAs ?? null,
    origin: by.origin,
    action: change.action,
    subject: change.subject,
    owner_id: change.ownerId ?? null,
    reseller_id: change.resellerId ?? null,
    before: change.before === undefined ? null : JSON.stringify(change.before),
    after: change.after === undefined ? null : JSON.stringify(change.after),
    search_text: foldText(
      `${by.actor} ${by.actingAs ?? ''} ${change.subject} ${readable(change.subject)}`,
    ),
  };
}
