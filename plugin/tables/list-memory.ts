import type { Database } from '../database/database.js';
import { Prepared } from '../database/prepared.js';
import { type Viewer, signedInAccount } from '../viewing/viewer.js';
import type { Table } from './table.js';

/** A saved search. */
export interface SavedRow {
  readonly id: number;
  readonly account_id: number;
  readonly name: string;
  readonly query: string;
  readonly shared: number;
}

/** The columns that an account has hidden, if it has chosen, and the searches that it sees. */
export interface Remembered {
  /** JSON of the columns' keys. */
  readonly hidden: string | undefined;
  /** By name. */
  readonly searches: readonly SavedRow[];
}

type MemoryRow = { readonly hidden: string } | (SavedRow & { readonly hidden: null });

/**
 * An account's stored choices for lists, also while it acts as another account, and shared searches. One
 * query, since each page of a list asks.
 */
export class ListMemory {
  readonly #byList: Prepared<{ accountId: number; list: string }, MemoryRow>;

  constructor(db: Database) {
    const { knex } = db;
    const no = knex.raw('NULL');
    this.#byList = new Prepared(db, (value) =>
      knex('table_choices')
        .select('hidden', { id: no, account_id: no, name: no, query: no, shared: no })
        .where('account_id', value('accountId'))
        .where('list', value('list'))
        .unionAll(
          knex('saved_searches')
            .select({ hidden: no }, 'id', 'account_id', 'name', 'query', 'shared')
            .where('list', value('list'))
            .where((own) => void own.where('account_id', value('accountId')).orWhere('shared', 1)),
        )
        .orderBy(['name', 'id']),
    );
  }

  async of<Row>(viewer: Viewer, { key: list }: Table<Row>): Promise<Remembered> {
    const rows = await this.#byList.run({ accountId: signedInAccount(viewer), list });
    return {
      hidden: rows.find(({ hidden }) => hidden !== null)?.hidden ?? undefined,
      searches: rows.filter((row) => row.hidden === null),
    };
  }
}
