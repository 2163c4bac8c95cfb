import type { Knex } from 'knex';
import type { Database } from '../../../database/database.js';
import { isDuplicate } from '../../../database/failures.js';
import { type StoredEntry, sealedColumns } from './leaves.js';
import { type DroppedMark, type Head, type Seal, noHead } from './seal.js';

/** Seals and the mark of what was dropped. */
export class SealStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async head(): Promise<Head & { readonly at: number }> {
    const last: (Head & { readonly at: number }) | undefined = await this.#db
      .knex('audit_seals')
      .orderBy('number', 'desc')
      .first('number', 'up_to', 'chain', 'at');
    return last ?? { ...((await this.mark()) ?? noHead), at: 0 };
  }

  async mark(db: Knex = this.#db.knex): Promise<DroppedMark | undefined> {
    return await db('audit_dropped').where({ id: 1 }).first();
  }

  async find(number: number): Promise<Pick<Seal, 'number' | 'chain'> | undefined> {
    return await this.#db.knex('audit_seals').where({ number }).first('number', 'chain');
  }

  /** In the order of the chain. */
  async after(number: number, size: number): Promise<readonly Seal[]> {
    return await this.#db
      .knex('audit_seals')
      .where('number', '>', number)
      .orderBy('number')
      .limit(size);
  }

  /** The seals since a time, and the highest entry that those before them cover. */
  async since(at: number): Promise<{ readonly after: number; readonly leaves: readonly Buffer[] }> {
    const before: Head | undefined = await this.#db
      .knex('audit_seals')
      .where('at', '<', at)
      .orderBy('number', 'desc')
      .first('number', 'up_to', 'chain');
    const { number, up_to } = before ?? (await this.mark()) ?? noHead;
    const leaves: readonly Buffer[] = await this.#db
      .knex('audit_seals')
      .where('number', '>', number)
      .pluck('leaves');
    return { after: up_to, leaves };
  }

  /** @returns whether it is the next link: another process may have added one with this number. */
  async add(seal: Seal): Promise<boolean> {
    try {
      await this.#db.transaction((tx) => tx('audit_seals').insert(seal));
      return true;
    } catch (error) {
      if (isDuplicate(error)) {
        return false;
      }
      throw error;
    }
  }

  /** Entries with higher IDs, in their order. */
  async entriesAfter(id: number, upTo: number, size: number): Promise<readonly StoredEntry[]> {
    return await this.#db
      .knex('audit_entries')
      .where('id', '>', id)
      .where('id', '<=', upTo)
      .orderBy('id')
      .limit(size)
      .select(...sealedColumns);
  }

  async entries(ids: readonly number[]): Promise<readonly StoredEntry[]> {
    const entries = this.#db.knex('audit_entries').select(...sealedColumns);
    this.#db.engine.whereAmong(entries, 'id', JSON.stringify(ids));
    return await entries;
  }

  async idsBetween(after: number, upTo: number, size: number): Promise<readonly number[]> {
    const ids: unknown[] = await this.#db
      .knex('audit_entries')
      .where('id', '>', after)
      .where('id', '<=', upTo)
      .orderBy('id')
      .limit(size)
      .pluck('id');
    return ids.map(Number);
  }
}
