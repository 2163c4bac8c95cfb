import type { Knex } from 'knex';
import type { Database } from '../database/database.js';
import { type SecretPlace, type Secrets, keyIdOf } from './secrets.js';

/** A column with encrypted secrets, in a table with the primary key `id`. */
export interface SealedColumn extends Omit<SecretPlace, 'row'> {
  /** The place that its secrets are bound to, if they are kept for another: `row` is the column with the row's ID there. */
  readonly boundTo?: Omit<SecretPlace, 'row'> & { readonly row: string };
}

interface Row {
  readonly id: number;
  readonly boundRow: number;
  readonly sealed: string;
}

const resealedAtOnce = 200;

/** The IDs of the keys that stored secrets are encrypted with. */
export async function sealedKeyIds(
  db: Knex,
  columns: readonly SealedColumn[],
): Promise<readonly string[]> {
  const ids = new Set<string>();
  for (const { table, column } of columns) {
    const rows = await db(table)
      .whereNotNull(column)
      .distinct<{ start: string }[]>(db.raw('substr(??, 1, 16) AS start', [column]));
    rows.forEach(({ start }) => ids.add(keyIdOf(start)));
  }
  return [...ids];
}

/** Missing keys that stored secrets are encrypted with, as after a restore. */
export async function lostKeyIds(
  db: Knex,
  secrets: Secrets,
  columns: readonly SealedColumn[],
): Promise<readonly string[]> {
  return (await sealedKeyIds(db, columns)).filter((id) => !secrets.hasKey(id));
}

/**
 * Encrypts all stored secrets with the newest key.
 *
 * @returns how many were encrypted with another.
 */
export async function reseal(
  db: Database,
  secrets: Secrets,
  columns: readonly SealedColumn[],
): Promise<number> {
  let count = 0;
  for (const column of columns) {
    let last: number | undefined = 0;
    while (last !== undefined) {
      const batch = await resealAfter(db, secrets, { column, last });
      count += batch.resealed;
      last = batch.last;
    }
  }
  return count;
}

/** @returns the ID of the batch's last row, undefined when no row can follow. */
async function resealAfter(
  db: Database,
  secrets: Secrets,
  { column: sealed, last }: { readonly column: SealedColumn; readonly last: number },
): Promise<{ readonly resealed: number; readonly last: number | undefined }> {
  const { table, column, boundTo = { table, column, row: 'id' } } = sealed;
  return await db.transaction(async (tx) => {
    const rows: Row[] = await tx(table)
      .select('id', { sealed: column, boundRow: boundTo.row })
      .where('id', '>', last)
      .whereNotNull(column)
      .orderBy('id')
      .limit(resealedAtOnce)
      .forUpdate();
    const old = rows.filter((row) => !secrets.isCurrent(row.sealed));
    for (const { id, boundRow, sealed: text } of old) {
      const place = { table: boundTo.table, row: boundRow, column: boundTo.column };
      await tx(table)
        .where({ id })
        .update({ [column]: secrets.seal(secrets.open(text, place), place) });
    }
    return {
      resealed: old.length,
      last: rows.length < resealedAtOnce ? undefined : rows.at(-1)?.id,
    };
  });
}
