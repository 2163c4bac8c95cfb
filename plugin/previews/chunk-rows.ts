import type { Knex } from 'knex';
import { type PreviewClass, type Outcome } from './preview.js';
import { classFrom } from './store.js';

/** Some rows of a preview: those behind an ID up to another. */
export interface RowRange {
  readonly previewId: number;
  readonly after: number;
  readonly upTo: number;
}

/** A class with its rows in a range. */
export interface ClassInRange {
  readonly class: PreviewClass;
  readonly count: number;
  /** The ID of its first row there. */
  readonly first: number;
}

export interface PreviewRow {
  readonly row_id: number;
  readonly version: number;
  readonly name: string;
  /** JSON with its name in the activity log, if that is another. */
  readonly detail: string | null;
}

/** @returns undefined behind the last row. */
export async function nextRange(
  db: Knex,
  previewId: number,
  after: number,
  size: number,
): Promise<RowRange | undefined> {
  const next = (): Knex.QueryBuilder =>
    db('preview_rows').where({ preview_id: previewId }).where('row_id', '>', after);
  const full: { row_id: number } | undefined = await next()
    .orderBy('row_id')
    .offset(size - 1)
    .first('row_id');
  if (full !== undefined) {
    return { previewId, after, upTo: full.row_id };
  }
  const [last] = await next().max('row_id as id');
  const id: unknown = last?.['id'];
  return id === null || id === undefined ? undefined : { previewId, after, upTo: Number(id) };
}

export async function classesIn(db: Knex, range: RowRange): Promise<readonly ClassInRange[]> {
  const found: { class: number; n: number; first: number }[] = await rowsIn(db, range)
    .groupBy('class')
    .orderBy('class')
    .select('class')
    .count('* as n')
    .min('row_id as first');
  const classes = await db('preview_classes')
    .where({ preview_id: range.previewId })
    .whereIn(
      'number',
      found.map((each) => each.class),
    );
  const byNumber = new Map(classes.map((row) => [row.number, classFrom(row)]));
  return found.flatMap(({ class: number, n, first }) => {
    const known = byNumber.get(number);
    return known === undefined ? [] : [{ class: known, count: n, first }];
  });
}

function rowsIn(db: Knex, { previewId, after, upTo }: RowRange): Knex.QueryBuilder {
  return db('preview_rows')
    .where('preview_rows.preview_id', previewId)
    .where('preview_rows.row_id', '>', after)
    .where('preview_rows.row_id', '<=', upTo);
}

/** The rows of classes without an outcome of their own. */
export function classRows(
  db: Knex,
  range: RowRange,
  ...numbers: readonly number[]
): Knex.QueryBuilder {
  return rowsIn(db, range)
    .whereIn('class', [...numbers])
    .whereNull('outcome');
}

/** Stores what became of rows, where that does not follow from their class. */
export async function setOutcome(
  db: Knex,
  previewId: number,
  rowId: number,
  result: { readonly outcome: Outcome; readonly detail?: object | undefined },
): Promise<void> {
  await db('preview_rows')
    .where({ preview_id: previewId, row_id: rowId })
    .update({
      outcome: result.outcome,
      detail: result.detail === undefined ? null : JSON.stringify(result.detail),
    });
}
