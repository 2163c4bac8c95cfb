import type { Database } from '../database/database.js';
import { ConflictError } from '../errors.js';
import { linesAfter } from '../imports/lines-after.js';
import type { Viewer } from '../viewing/viewer.js';
import type { AnyTable, Table } from '../tables/table.js';
import { TableQuery } from '../tables/table-query.js';
import { type TableState, parseTableState, queryIn, tableQuery } from '../tables/table-state.js';
import type { MatchingRows, PreviewSelection } from './preview.js';
import { leftIn } from './left-rows.js';
import { groupRowsAfter } from './undo.js';

/** Reads the IDs of selected rows part by part, in ascending order. */
export class NextRows {
  readonly #db: Database;
  readonly #table: AnyTable;
  readonly #query: TableQuery<object>;

  constructor(db: Database, table: AnyTable) {
    this.#db = db;
    this.#table = table;
    this.#query = new TableQuery(db, table);
  }

  /** The IDs behind one, fewer than `size` at the end. */
  async after(
    viewer: Pick<Viewer, 'scope'>,
    selection: PreviewSelection,
    { after, size }: { readonly after: number; readonly size: number },
  ): Promise<readonly number[]> {
    switch (selection.kind) {
      case 'rows':
        return selection.ids.filter((id) => id > after).slice(0, size);
      case 'matching':
        return await this.#matching(viewer, selection, { after, size });
      case 'undo':
        return [];
      case 'undo-group':
        return await groupRowsAfter(this.#db.knex, viewer.scope, selection, { after, size });
      case 'lines':
        return await linesAfter(this.#db.knex, selection.import, { after, size });
      case 'left':
        return await leftIn(this.#db.knex, selection.preview)
          .where('p.row_id', '>', after)
          .orderBy('p.row_id')
          .limit(size)
          .pluck('p.row_id');
    }
  }

  async #matching(
    { scope }: Pick<Viewer, 'scope'>,
    { query, parent, upTo }: MatchingRows,
    part: { readonly after: number; readonly size: number },
  ): Promise<readonly number[]> {
    const listing = { scope, state: this.#stateIn(query), parent: parent ?? undefined };
    return await this.#query.idsAfter(listing, { ...part, upTo });
  }

  /** @throws {ConflictError} when an update has removed a filter, without which other rows would match. */
  #stateIn(query: string): TableState {
    const state = parseTableState(this.#table, queryIn(query));
    if (matchingQuery(this.#table, state) !== query) {
      throw new ConflictError('table.selection.unknown-filter');
    }
    return state;
  }
}

/** The query that a preview stores: the search and the filters. */
export function matchingQuery<Row>(table: Table<Row>, state: TableState): string {
  const { defaultSort: sort, defaultDirection: direction = 'asc' } = table;
  return tableQuery(table, state, { sort, direction });
}
