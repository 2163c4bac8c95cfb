import type { Database } from '../../database/database.js';
import { ConflictError } from '../../errors.js';
import type { Json } from '../../jobs/kind.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { Table } from '../table.js';
import { TableQuery } from '../table-query.js';
import { type TableState, parseTableState, queryIn, tableQuery } from '../table-state.js';

/** Rows that an action changes at once, in the request or in one chunk of a job. */
export const mostAtOnce = 100;

/** Rows in a job's payload: by their IDs, or all that match. */
export interface SelectedRows {
  readonly [name: string]: Json;
  readonly ids?: readonly number[];
  readonly matching?: MatchingRows;
}

/** All rows that match a query, which are read while the job runs. */
interface MatchingRows {
  readonly [name: string]: Json;
  readonly query: string;
  /** The ID of the list's parent, if it has one. */
  readonly parent: number | null;
  /** The highest ID; rows that are added later have higher ones. */
  readonly upTo: number;
}

/** The next rows of a job. */
interface NextRows {
  readonly ids: readonly number[];
  /** Where those after them begin. */
  readonly cursor: number;
}

/** Reads the rows of a job in parts. */
export class SelectedRowsReader<Row extends object> {
  readonly #table: Table<Row>;
  readonly #query: TableQuery<Row>;

  constructor(db: Database, table: Table<Row>) {
    this.#table = table;
    this.#query = new TableQuery(db, table);
  }

  async next(
    { scope }: Pick<Viewer, 'scope'>,
    { ids = [], matching }: SelectedRows,
    cursor: Json | undefined,
  ): Promise<NextRows> {
    const after = Number(cursor ?? 0);
    if (matching === undefined) {
      const some = ids.slice(after, after + mostAtOnce);
      return { ids: some, cursor: after + some.length };
    }
    const { query, parent, upTo } = matching;
    const listing = { scope, state: this.#stateIn(query), parent: parent ?? undefined };
    const some = await this.#query.idsAfter(listing, { after, upTo, size: mostAtOnce });
    return { ids: some, cursor: some.at(-1) ?? upTo };
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

/** The query that a job stores: the search and the filters. */
export function matchingQuery<Row>(table: Table<Row>, state: TableState): string {
  const { defaultSort: sort, defaultDirection: direction = 'asc' } = table;
  return tableQuery(table, state, { sort, direction });
}
