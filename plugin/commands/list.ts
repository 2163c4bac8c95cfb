import type { Command } from 'commander';
import type { App } from '../app.js';
import type { Database } from '../database/database.js';
import type { Listing } from '../tables/listing.js';
import { offeredTo } from '../tables/offered-filters.js';
import { type Table, valueColumns } from '../tables/table.js';
import { TableQuery } from '../tables/table-query.js';
import { parseTableState } from '../tables/table-state.js';
import { addWhere, filtersWhere } from './where.js';
import { type Terminal, type VerbHelp, addVerb, atTerminal, inColumns } from './terminal.js';

interface List<Row extends object> extends VerbHelp {
  readonly table: Table<Row> | ((app: App) => Table<Row>);
  readonly asJson: (row: Row) => object;
  /** Help for `--search`, in lists that are searched. */
  readonly search?: string;
  /** Whether it takes `--where`. */
  readonly isFiltered?: true;
  /** Finds the ID of the named parent of a list that belongs to one. */
  readonly parentOf?: (terminal: Terminal, name: string) => Promise<number>;
}

/** Adds a verb that prints all rows of a list that match `--search` and `--where`, in the page's columns. */
export function addList<Row extends object>(parent: Command, list: List<Row>): void {
  const verb = addVerb(parent, list);
  if (list.isFiltered === true) {
    addWhere(verb);
  }
  if (list.search !== undefined) {
    verb.option('--search <text>', list.search);
  }
  verb.action(() => printRows(verb, list));
}

async function printRows<Row extends object>(
  command: Command,
  { table: tableOf, asJson, parentOf }: List<Row>,
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
      parent: await parentOf?.(terminal, command.args[0] ?? ''),
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
