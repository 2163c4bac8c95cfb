import type { Command } from 'commander';
import type { App } from '../app.js';
import type { Database } from '../database/database.js';
import type { Listing } from '../tables/listing.js';
import { offeredTo } from '../tables/offered-filters.js';
import { type Table, valueColumns } from '../tables/table.js';
import { TableQuery } from '../tables/table-query.js';
import { parseTableState } from '../tables/table-state.js';
import { filtersWhere } from './where.js';
import { type Terminal, atTerminal, inColumns } from './terminal.js';

/**
 * Prints all rows of a list that match `--search` and `--where`, in the page's columns.
 *
 * @param parentOf finds the parent of a list that belongs to one.
 */
export async function printTable<Row extends object>(
  command: Command,
  tableOf: Table<Row> | ((app: App) => Table<Row>),
  asJson: (row: Row) => object,
  parentOf: (terminal: Terminal) => Promise<number | undefined> = async () => undefined,
): Promise<void> {
  const { search, where = [] } = command.opts<{ search?: string; where?: readonly string[] }>();
  await atTerminal(command, async (terminal) => {
    const { language, print } = terminal;
    const { viewer } = terminal;
    const table = offeredTo(
      viewer,
      typeof tableOf === 'function' ? tableOf(terminal.app) : tableOf,
    );
    const { scope } = viewer;
    const { db } = terminal.app;
    const filters = await filtersWhere(table, where, { db, scope, language });
    const state = { ...parseTableState(table, { q: search ?? '' }), filters };
    const rows = await allRows(db, table, {
      scope,
      state,
      parent: await parentOf(terminal),
    });
    if (rows.length === 0) {
      print([], 'Nothing matches.');
      return;
    }
    const columns = valueColumns(table);
    const headings = columns.map(({ key }) => language.t(`${table.key}.columns.${key}`));
    const cells = rows.map((row) => columns.map((column) => column.cell(row, language).text));
    print(rows.map(asJson), inColumns([headings, ...cells]));
  });
}

async function allRows<Row extends object>(
  db: Database,
  table: Table<Row>,
  listing: Listing,
): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of new TableQuery(db, table).all(listing)) {
    for (const row of batch) {
      rows.push(row);
    }
  }
  return rows;
}
