import type { Database } from '../database/database.js';
import { holdAccount } from '../database/locks.js';
import { ConflictError } from '../errors.js';
import { type Viewer, signedInAccount } from '../viewing/viewer.js';
import type { Remembered, SavedRow } from './list-memory.js';
import type { Table } from './table.js';
import { parseTableState, queryIn, tableQuery } from './table-state.js';

/** A search with filters and an order that somebody saved for a list. */
export interface SavedSearch {
  readonly id: number;
  readonly name: string;
  /** The list's query. */
  readonly query: string;
  readonly isShared: boolean;
  readonly canRemove: boolean;
}

/** In characters. */
export const longestName = 60;
/** Of one account for one list. */
const mostSaved = 50;
const sharing = 'settings.manage';

/** Whether a viewer may share searches with all who see a list. */
export function canShare({ permissions }: Pick<Viewer, 'permissions'>): boolean {
  return permissions.has(sharing);
}

/**
 * By name. A search is left out if the list has lost one of its filters, or the viewer may not use it: without the
 * filter, other rows would match.
 *
 * @param table with the filters that the viewer may use.
 */
export function savedSearches<Row>(
  viewer: Viewer,
  table: Table<Row>,
  { searches }: Pick<Remembered, 'searches'>,
): readonly SavedSearch[] {
  return searches
    .filter(({ query }) => searchIn(table, query) === query)
    .map(({ id, name, query, shared, account_id: owner }) => ({
      id,
      name,
      query,
      isShared: shared === 1,
      canRemove: owner === signedInAccount(viewer) || canShare(viewer),
    }));
}

/** Saves and removes searches of lists: one's own, also while acting as another account, and those that are shared. */
export class SavedSearches {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Saves a search under a name, in place of one's own with the same name.
   *
   * @throws {ConflictError} when there are too many.
   */
  async save<Row>(
    viewer: Viewer,
    table: Table<Row>,
    search: Pick<SavedSearch, 'name' | 'query' | 'isShared'>,
  ): Promise<void> {
    const place = { account_id: signedInAccount(viewer), list: table.key };
    const row = {
      query: searchIn(table, search.query),
      shared: Number(search.isShared && canShare(viewer)),
    };
    await this.#db.transaction(async (tx) => {
      await holdAccount(tx, place.account_id);
      const own = tx<SavedRow>('saved_searches').where(place);
      await own.clone().where({ name: search.name }).delete();
      const [counted] = await own.clone().count<{ n: number }[]>('* as n');
      if (Number(counted?.n) >= mostSaved) {
        throw new ConflictError('table.saved.too-many', { count: mostSaved });
      }
      await tx('saved_searches').insert({ ...place, ...row, name: search.name });
    });
  }

  /** Removes one's own search, or as an administrator any that is shared. Another one stays. */
  async remove<Row>(viewer: Viewer, { key }: Table<Row>, id: number): Promise<void> {
    await this.#db.transaction(async (tx) => {
      await tx('saved_searches')
        .where({ id, list: key })
        .where((mine) => {
          void mine.where({ account_id: signedInAccount(viewer) });
          if (canShare(viewer)) {
            void mine.orWhere({ shared: 1 });
          }
        })
        .delete();
    });
  }
}

/** A query without its page. */
function searchIn<Row>(table: Table<Row>, query: string): string {
  return tableQuery(table, parseTableState(table, queryIn(query)), {});
}
