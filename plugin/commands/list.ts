import type { Command } from 'commander';
import type { App } from '../app.js';
import type { Database } from '../database/database.js';
import type { Listing } from '../tables/listing.js';
import { offeredTo } from '../tables/offered-filters.js';
import { type Table, valueColumns } from '../tables/table.js';
import { TableQuery } from '../tables/table-query.js';
import { parseTableState } from '../tables/table-state.js';
import { languageFor } from '../web/locale.js';
import { addWhere, filtersWhere } from './where.js';
import { type Terminal, atTerminal, inColumns } from './terminal.js';
import { type VerbHelp, addVerb } from './verbs.js';

export interface List<Row extends object> extends Omit<VerbHelp, 'usage'> {
  /** The verb; `list` if left out. */
  readonly verb?: string;
  readonly table: Table<Row>;
  /** The same table in an opened installation, where that says more of the rows. */
  readonly tableIn?: (app: App) => Table<Row>;
  /** The thing that the list belongs to, which the verb then takes. */
  readonly parent?: ListParent;
  readonly asJson: (row: Row) => object;
}

export interface ListParent {
  readonly usage: string;
  idOf(terminal: Terminal, name: string): Promise<number>;
}

/** Adds a verb that prints all rows of a list that match `--search` and `--where`, in the page's columns. */
export function addList<Row extends object>(parent: Command, list: List<Row>): void {
  const { key, filters, search } = list.table;
  const verb = addVerb(parent, {
    ...list,
    usage: `${list.verb ?? 'list'} ${list.parent?.usage ?? ''}`.trimEnd(),
  });
  if (filters !== undefined) {
    addWhere(verb);
  }
  if (search !== undefined) {
    verb.option('--search <text>', languageFor('en').t(`${key}.search`));
  }
  verb.action(() => printRows(verb, list));
}

async function printRows<Row extends object>(
  command: Command,
  { table: declared, tableIn, asJson, parent }: List<Row>,
): Promise<void> {
  const { search, where = [] } = command.opts<{ search?: string; where?: readonly string[] }>();
  await atTerminal(command, async (terminal) => {
    const { app, viewer, language, print } = terminal;
    const table = offeredTo(viewer, tableIn?.(app) ?? declared);
    const { scope } = viewer;
    const { db } = app;
    const filters = await filtersWhere(table, where, { db, scope, language });
    const state = { ...parseTableState(table, { q: search ?? '' }), filters };
    const rows = await allRows(db, table, {
      scope,
      state,
      parent: await parent?.idOf(terminal, command.args[0] ?? ''),
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

/** The fields of a row that programs see as they are stored. */
export function fieldsOf<Row>(row: Row, ...keys: readonly (keyof Row)[]): object {
  return Object.fromEntries(keys.map((key) => [key, row[key]]));
}
