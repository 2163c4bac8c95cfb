import type { Database } from '../database/database.js';
import { type Params, PreparedShapes } from '../database/prepared-shapes.js';
import { TableSearchIndex } from './search-index.js';
import { type Sought, shapeOf } from './sought.js';
import type { Table } from './table.js';
import { TableFilters } from './table-filters.js';
import { type Build, TableSql } from './table-sql.js';

/** What finds rows of a list: its search index, its filters and its queries, each shape built and prepared once. */
export class SoughtRows<Row extends object> {
  readonly sql: TableSql<Row>;
  readonly index: TableSearchIndex;
  readonly filters: TableFilters;
  readonly #queries: PreparedShapes<Row>;

  constructor(db: Database, table: Table<Row>) {
    this.sql = new TableSql(db, table);
    this.index = new TableSearchIndex(db, table.search);
    this.filters = new TableFilters(db, table);
    this.#queries = new PreparedShapes(db);
  }

  /** @param name of the query among those of the list. */
  async run(
    name: string,
    sought: Sought,
    build: Build,
    values: Params = {},
  ): Promise<readonly Row[]> {
    const query = this.#queries.of([name, ...shapeOf(sought)], build);
    return await query.run({ ...sought.values, ...values });
  }
}
