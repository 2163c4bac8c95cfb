import type { Command } from 'commander';
import type { App } from '../app.js';
import { type Table, valueColumns } from '../tables/table.js';
import { TableQuery } from '../tables/table-query.js';
import { parseTableState } from '../tables/table-state.js';
import { type Terminal, atTerminal, inColumns } from './terminal.js';

/**
 * Prints every row of a list that matches `--search`, in the columns that the page has.
 *
 * @param parentOf finds the parent of a list that is that of one parent.
 */
export async function printTable<Row extends object>(
  command: Command,
  tableOf: Table<Row> | ((app: App) => Table<Row>),
  asJson: (row: Row) => object,
  parentOf: (terminal: Terminal) => Promise<number | undefined> = async () => undefined,
): Promise<void> {
  const { search } = command.opts<{ search?: string }>();
  await atTerminal(command, async (terminal) => {
    const { language, print } = terminal;
    const table = typeof tableOf === 'function' ? tableOf(terminal.app) : tableOf;
    const parentId = await parentOf(terminal);
    const rows = await allRows(terminal, table, { search: search ?? '', parentId });
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
  { app, viewer }: Terminal,
  table: Table<Row>,
  { search, parentId }: { readonly search: string; readonly parentId: number | undefined },
): Promise<Row[]> {
  const state = parseTableState(table, { q: search });
  const rows: Row[] = [];
  for await (const batch of new TableQuery(app.db, table).all(viewer.scope, state, parentId)) {
    for (const row of batch) {
      rows.push(row);
    }
  }
  return rows;
}
