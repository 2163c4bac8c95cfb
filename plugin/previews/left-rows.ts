import type { Knex } from 'knex';

/**
 * The rows that a preview would have changed and did not, as `p`: those that somebody changed meanwhile, those that
 * failed, and those behind the end of a cancelled job.
 */
export function leftIn(db: Knex, previewId: number): Knex.QueryBuilder {
  return db('preview_rows as p')
    .join('previews as o', 'o.id', 'p.preview_id')
    .join('preview_classes as c', (on) =>
      on.on('c.preview_id', 'p.preview_id').andOn('c.number', 'p.class'),
    )
    .where('p.preview_id', previewId)
    .whereRaw(
      `(p.outcome IN ('meanwhile', 'failed') OR (c.kind = 'will-change' AND p.row_id > o.applied_to))`,
    );
}
