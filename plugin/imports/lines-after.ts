import type { Knex } from 'knex';
import { idsOfFile } from './kind.js';

/** The IDs of a file's lines behind one, in their order. */
export async function linesAfter(
  db: Knex,
  importId: number,
  { after, size }: { readonly after: number; readonly size: number },
): Promise<readonly number[]> {
  const first = importId * idsOfFile;
  const ids: (number | string)[] = await db('import_lines')
    .where({ import_id: importId })
    .where('id', '>', Math.max(first, after))
    .where('id', '<', first + idsOfFile)
    .orderBy('id')
    .limit(size)
    .pluck('id');
  return ids.map(Number);
}
