import type { Knex } from 'knex';
import type { Database } from '../database/database.js';
import type { Preview } from '../previews/preview.js';
import type { PreviewFile } from '../previews/action.js';
import type { ImportStore } from './import-store.js';
import type { ImportLine } from './kind.js';

/** A line that is not imported, with its reasons as JSON. */
export interface RefusedLine {
  readonly line: ImportLine;
  readonly reasons: string | null;
}

const atOnce = 1000;

/** What can be downloaded of a file's preview. */
export class ImportFiles {
  readonly #db: Database;
  readonly #store: ImportStore;

  constructor(db: Database, store: ImportStore) {
    this.#db = db;
    this.#store = store;
  }

  async offered(preview: Preview): Promise<readonly PreviewFile[]> {
    const counts = {
      passwords: await countOf(this.#generated(preview)),
      'refused-lines': await countOf(this.#refused(preview)),
    };
    return (['passwords', 'refused-lines'] as const)
      .filter((key) => counts[key] > 0)
      .map((key) => ({
        texts: `imports.files.${key}`,
        path: `/previews/${preview.id}/${key}`,
        count: counts[key],
        isOnce: key === 'passwords',
      }));
  }

  /** The lines of new mailboxes whose passwords were generated, until somebody has fetched them. */
  async *generated(preview: Preview): AsyncGenerator<readonly ImportLine[]> {
    for (let after = 0; ;) {
      const lines = await this.generatedNext(preview, atOnce, after);
      if (lines.length === 0) {
        return;
      }
      yield lines;
      after = lines.at(-1)?.id ?? after;
    }
  }

  /** Some of them, behind a line. */
  async generatedNext(preview: Preview, most: number, after = 0): Promise<readonly ImportLine[]> {
    const ids: number[] = await this.#generated(preview)
      .where('l.id', '>', after)
      .orderBy('l.id')
      .limit(most)
      .pluck('l.id');
    return await this.#store.lines(this.#db.knex, ids);
  }

  /** Forgets passwords that were fetched. */
  async forget(lines: readonly ImportLine[]): Promise<void> {
    await this.#store.forgetPasswords(lines.map(({ id }) => id));
  }

  async forgetGenerated(preview: Preview): Promise<void> {
    const { knex } = this.#db;
    await knex('import_lines')
      .whereIn('id', knex.from(this.#generated(preview).select('l.id').as('fetched')).select('id'))
      .update({ password: null });
  }

  /** The lines that are not imported, in the order of the file. */
  async *refused(preview: Preview): AsyncGenerator<readonly RefusedLine[]> {
    for (let after = 0; ;) {
      const rows: { id: number; detail: string | null; reasons: string | null }[] =
        await this.#refused(preview)
          .where('l.id', '>', after)
          .orderBy('l.id')
          .limit(atOnce)
          .select('l.id', 'p.detail', 'c.reasons');
      if (rows.length === 0) {
        return;
      }
      const reasons = new Map(rows.map((row) => [row.id, reasonsIn(row)]));
      const lines = await this.#store.lines(this.#db.knex, [...reasons.keys()]);
      yield lines.map((line) => ({ line, reasons: reasons.get(line.id) ?? null }));
      after = rows.at(-1)?.id ?? after;
    }
  }

  /** Up to the last line that was applied when the preview was read: a job may go on. */
  #generated({ id, appliedTo }: Preview): Knex.QueryBuilder {
    return this.#lines(id)
      .where({ 'l.is_generated': true, 'c.kind': 'will-change', 'p.version': 0 })
      .whereNull('p.outcome')
      .whereNotNull('l.password')
      .where('p.row_id', '<=', appliedTo);
  }

  #refused({ id }: Preview): Knex.QueryBuilder {
    return this.#lines(id).whereRaw(`(c.kind = 'refused' OR p.outcome = 'not-allowed')`);
  }

  #lines(previewId: number): Knex.QueryBuilder {
    return this.#db
      .knex('preview_rows as p')
      .join('preview_classes as c', (on) =>
        on.on('c.preview_id', 'p.preview_id').andOn('c.number', 'p.class'),
      )
      .join('import_lines as l', 'l.id', 'p.row_id')
      .where('p.preview_id', previewId);
  }
}

async function countOf(query: Knex.QueryBuilder): Promise<number> {
  const [row] = await query.count<{ n: number }[]>('* as n');
  return row?.n ?? 0;
}

/** Its own reasons if it was decided about again, or those of its class. */
function reasonsIn({
  detail,
  reasons,
}: {
  readonly detail: string | null;
  readonly reasons: string | null;
}): string | null {
  const own: { readonly reasons?: readonly object[] } = JSON.parse(detail ?? '{}');
  return own.reasons === undefined ? reasons : JSON.stringify(own.reasons);
}
