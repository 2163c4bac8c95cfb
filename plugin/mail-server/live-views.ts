import type { Knex } from 'knex';
import { randomInt } from 'node:crypto';
import type { Noted } from '../changes/changes.js';
import type { Database } from '../database/database.js';
import { Prepared } from '../database/prepared.js';
import type { Epoch } from './epoch.js';
import { grantReader } from './grant-reader.js';
import type { MailMaps, Reader } from './mail-maps.js';

/**
 * For MariaDB, where the mail servers read the views themselves: a commit is live once this host's Postfix has dropped
 * its cached answers.
 */
export class LiveViews implements MailMaps {
  /** Other hosts' changes take effect here within 0.2 s. */
  readonly followEveryMs = 100;
  readonly madeAnewAt = undefined;
  readonly #db: Pick<Database, 'knex' | 'runPrepared'>;
  readonly #epoch: Epoch;
  readonly #changeNumber: Prepared<Record<string, never>, { number: string | number | null }>;
  /** The change number that this host's Postfix has seen. */
  #known = -1;

  constructor(db: Pick<Database, 'knex' | 'runPrepared'>, epoch: Epoch) {
    this.#db = db;
    this.#epoch = epoch;
    this.#changeNumber = new Prepared(db, () => db.knex('mail_changes').sum('number as number'));
  }

  async note(tx: Knex.Transaction): Promise<Noted> {
    await count(tx);
    // Not copied: whoever publishes anything publishes all.
    return { after: 0, upTo: 0 };
  }

  async followChanges(): Promise<void> {
    await this.copyChanges();
  }

  async copyChanges(): Promise<void> {
    try {
      const [row] = await this.#changeNumber.run({});
      const number = Number(row?.number);
      if (number !== this.#known) {
        this.#epoch.renew();
        this.#known = number;
      }
    } catch (error) {
      // A change cannot be ruled out.
      this.#epoch.renew();
      throw error;
    }
  }

  async rebuild(): Promise<void> {
    await count(this.#db.knex);
    await this.copyChanges();
  }

  async grantReader(reader: Reader): Promise<void> {
    await grantReader(this.#db.knex, reader);
  }

  async close(): Promise<void> {}
}

/** Several rows, so that concurrent commits seldom wait for the same one. */
const counters = 16;

async function count(db: Knex): Promise<void> {
  await db('mail_changes')
    .insert({ id: randomInt(counters), number: 1 })
    .onConflict('id')
    .merge({ number: db.raw('mail_changes.number + 1') });
}
