import type { Knex } from 'knex';
import { outcomeRows, type OutcomeRow } from './outcome-table.js';
import type { RowsPage } from './bulk-form.js';
import type { PreviewKind } from '../../previews/preview.js';
import { withClasses } from './table.js';

/** A row of a preview as it is stored. */
export interface PlanRow {
  readonly row_id: number;
  readonly name: string;
  readonly kind: PreviewKind;
  readonly before: string | null;
  readonly after: string | null;
  readonly reasons: string | null;
}

/** Some rows in the order of their IDs, and the ID behind which there are more. */
export interface RowsFound<Row> {
  readonly rows: readonly Row[];
  readonly next: number | undefined;
}

export async function planRows(
  db: Knex,
  previewId: number,
  page: RowsPage,
): Promise<RowsFound<PlanRow>> {
  const rows = withClasses(db).select(
    'p.row_id',
    'p.name',
    'c.kind',
    'c.before',
    'c.after',
    'c.reasons',
  );
  if (page.only !== undefined) {
    void rows.where('c.kind', page.only);
  }
  return await pageOf<PlanRow>(rows, previewId, page);
}

export async function rowsWithOutcomes(
  db: Knex,
  previewId: number,
  page: RowsPage,
): Promise<RowsFound<OutcomeRow>> {
  return await pageOf<OutcomeRow>(outcomeRows(db, page.only), previewId, page);
}

async function pageOf<Row extends { readonly row_id: number }>(
  rows: Knex.QueryBuilder,
  previewId: number,
  { after, limit }: RowsPage,
): Promise<RowsFound<Row>> {
  const found: readonly Row[] = await rows
    .where('p.preview_id', previewId)
    .where('p.row_id', '>', after)
    .orderBy('p.row_id')
    .limit(limit + 1);
  const shown = found.slice(0, limit);
  return { rows: shown, next: found.length > limit ? shown.at(-1)?.row_id : undefined };
}
