import type { Knex } from 'knex';
import { type Column, engineOf } from '../database/engine.js';

/** A row of any table. */
export type Row = Readonly<Record<string, unknown>>;

/** Where rows of removed things are. */
export interface KeptTable {
  readonly table: string;
  /** Its column with the ID of the thing. */
  readonly column: string;
  /** If that is the ID of a row that belongs to the thing: where that row has the ID of the thing. */
  readonly within?: { readonly table: string; readonly column: string };
}

const rowsAtOnce = 200;

/**
 * Stores the rows of things as JSON, those of one table in one statement.
 *
 * @param removals the IDs of their removals.
 * @param without a column that is kept elsewhere.
 */
export async function storeRows(
  tx: Knex.Transaction,
  { table, column, within }: KeptTable,
  removals: readonly number[],
  without?: string,
): Promise<void> {
  const columns = (await engineOf(tx).writableColumns(tx, table)).filter(
    ({ name }) => name !== without,
  );
  const rows = tx('removals as r').whereIn('r.id', [...removals]);
  if (within === undefined) {
    rows.join(`${table} as kept`, `kept.${column}`, 'r.thing_id');
  } else {
    rows
      .join(`${within.table} as belonging`, `belonging.${within.column}`, 'r.thing_id')
      .join(`${table} as kept`, `kept.${column}`, 'belonging.id');
  }
  await tx
    .into(tx.raw('removal_rows (removal_id, table_name, content)'))
    .insert(rows.select('r.id', tx.raw('?', [table]), asJson(tx, columns)));
}

function asJson(tx: Knex, columns: readonly Column[]): Knex.Raw {
  const pairs = columns.map(({ isBinary }) =>
    isBinary ? '?, CASE WHEN ?? IS NULL THEN NULL ELSE HEX(??) END' : '?, ??',
  );
  const named = columns.flatMap(({ name, isBinary }) => {
    const column = `kept.${name}`;
    return isBinary ? [name, column, column] : [name, column];
  });
  return tx.raw(`JSON_OBJECT(${pairs.join(', ')})`, named);
}

/** The kept rows of a table, bytes as hexadecimal digits. */
export async function keptRows(db: Knex, id: number, table: string): Promise<readonly Row[]> {
  return (await keptRowsOf(db, [id], table)).get(id) ?? [];
}

/** The same of several removals, by their IDs. */
export async function keptRowsOf(
  db: Knex,
  ids: readonly number[],
  table: string,
): Promise<ReadonlyMap<number, readonly Row[]>> {
  const found: readonly { removal_id: number; content: string }[] = await db('removal_rows')
    .whereIn('removal_id', [...ids])
    .where({ table_name: table })
    .orderBy('id')
    .select('removal_id', 'content');
  const rows = new Map<number, Row[]>();
  for (const { removal_id: id, content } of found) {
    const row: Row = JSON.parse(content);
    rows.set(id, [...(rows.get(id) ?? []), row]);
  }
  return rows;
}

/** Inserts kept rows with the columns that their table still has, without those that the database computes. */
export async function insertRows(
  tx: Knex.Transaction,
  table: string,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) {
    return;
  }
  const columns = await engineOf(tx).writableColumns(tx, table);
  const kept = rows.map((row) =>
    Object.fromEntries(
      columns
        .filter(({ name }) => row[name] !== undefined)
        .map(({ name, isBinary }) => [name, isBinary ? bytesOf(row[name]) : row[name]]),
    ),
  );
  for (let from = 0; from < kept.length; from += rowsAtOnce) {
    await tx(table).insert(kept.slice(from, from + rowsAtOnce));
  }
}

function bytesOf(digits: unknown): Buffer | null {
  return typeof digits === 'string' ? Buffer.from(digits, 'hex') : null;
}
