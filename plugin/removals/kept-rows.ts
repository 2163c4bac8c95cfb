import type { Knex } from 'knex';
import { engineOf } from '../database/engine.js';

/** A row of any table. */
export type Row = Readonly<Record<string, unknown>>;

const rowsAtOnce = 200;
const marker = '$base64';

interface Stored {
  readonly table_name: string;
  readonly content: string;
}

/** Stores rows as JSON. */
export async function storeRows(
  tx: Knex.Transaction,
  { id, table }: { readonly id: number; readonly table: string },
  rows: readonly Row[],
): Promise<void> {
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const content = JSON.stringify(rows.slice(from, from + rowsAtOnce).map(withText));
    await tx('removal_rows').insert({ removal_id: id, table_name: table, content });
  }
}

/** The kept rows of a table. */
export async function keptRows(db: Knex, id: number, table: string): Promise<readonly Row[]> {
  const parts: readonly Stored[] = await db('removal_rows')
    .where({ removal_id: id, table_name: table })
    .orderBy('id');
  return parts.flatMap(({ content }) => {
    const rows: readonly Row[] = JSON.parse(content);
    return rows.map(withBytes);
  });
}

/** Inserts rows with the columns that their table still has, without those that the database computes. */
export async function insertRows(
  tx: Knex.Transaction,
  table: string,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) {
    return;
  }
  const known = await engineOf(tx).writableColumns(tx, table);
  const kept = rows.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => known.includes(name))),
  );
  for (let from = 0; from < kept.length; from += rowsAtOnce) {
    await tx(table).insert(kept.slice(from, from + rowsAtOnce));
  }
}

function withText(row: Row): Row {
  return mapped(row, (value) =>
    Buffer.isBuffer(value) ? { [marker]: value.toString('base64') } : value,
  );
}

function withBytes(row: Row): Row {
  return mapped(row, (value) =>
    typeof value === 'object' && value !== null && marker in value
      ? Buffer.from(String(value[marker]), 'base64')
      : value,
  );
}

function mapped(row: Row, change: (value: unknown) => unknown): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, change(value)]));
}
