import type { Knex } from 'knex';
import { engineOf } from '../database/engine.js';
import { type Owned, type Scope, isWithin, scopeColumn } from '../viewing/scope.js';
import { type PreviewRow, type RowRange } from './chunk-rows.js';
import type { ChangedBy } from './preview.js';

/** A row that somebody has changed since it was previewed. */
export interface MovedRow extends PreviewRow {
  readonly class: number;
}

/**
 * Locks the rows of a range and finds those that have changed since they were previewed, are gone, or have left the
 * scope. One statement reads the newest state on every engine.
 */
export async function lockAndFindMoved(
  tx: Knex.Transaction,
  range: RowRange,
  table: string,
  scope: Scope,
): Promise<readonly MovedRow[]> {
  const owner = scopeColumn(scope);
  const rows: MovedRow[] = await tx('preview_rows as p')
    .leftJoin(`${table} as d`, (on) => {
      on.on('d.id', 'p.row_id').andOn('d.version', 'p.version');
      if (owner !== undefined) {
        on.andOn(`d.${owner.column}`, tx.raw('?', [owner.accountId]));
      }
    })
    .where('p.preview_id', range.previewId)
    .where('p.row_id', '>', range.after)
    .where('p.row_id', '<=', range.upTo)
    .whereNull('d.id')
    // Others are only named, as what an undo finds gone.
    .where('p.version', '>', 0)
    .forUpdate()
    .select('p.row_id', 'p.version', 'p.name', 'p.detail', 'p.class');
  return rows;
}

/**
 * Stores that rows were changed meanwhile, with the last change that the activity log has of each within the scope:
 * things of other accounts may have the same name.
 */
export async function markMoved(
  tx: Knex.Transaction,
  { previewId, scope }: Marking,
  rows: readonly PreviewRow[],
): Promise<void> {
  const by = await lastChanges(tx, { previewId, scope }, rows);
  const idsByDetail = new Map<string | null, number[]>();
  for (const row of rows) {
    const change = by.get(auditedName(row));
    const detail = change === undefined ? null : JSON.stringify(change);
    const ids = idsByDetail.get(detail) ?? [];
    ids.push(row.row_id);
    idsByDetail.set(detail, ids);
  }
  for (const [detail, ids] of idsByDetail) {
    const some = tx('preview_rows').where({ preview_id: previewId });
    engineOf(tx).whereAmong(some, 'row_id', JSON.stringify(ids));
    await some.update({ outcome: 'meanwhile', detail });
  }
}

interface Marking {
  readonly previewId: number;
  /** Of whoever applies the preview. */
  readonly scope: Scope;
}

function auditedName({ name, detail }: PreviewRow): string {
  const { audited = name }: { readonly audited?: string } = JSON.parse(detail ?? '{}');
  return audited;
}

const namesAtOnce = 500;

interface LastChange extends Owned {
  readonly subject: string;
  readonly actor: string;
  readonly acting_as: string | null;
  readonly at: number;
}

async function lastChanges(
  tx: Knex.Transaction,
  { previewId, scope }: Marking,
  rows: readonly PreviewRow[],
): Promise<ReadonlyMap<string, ChangedBy>> {
  const preview: { created_at: number } | undefined = await tx('previews')
    .where({ id: previewId })
    .first('created_at');
  const entries: LastChange[] = [];
  for (let from = 0; from < rows.length; from += namesAtOnce) {
    entries.push(
      ...(await tx('audit_entries')
        .whereIn('subject', rows.slice(from, from + namesAtOnce).map(auditedName))
        .where('at', '>=', preview?.created_at ?? 0)
        .orderBy('id')
        .select('subject', 'actor', 'acting_as', 'at', 'owner_id', 'reseller_id')),
    );
  }
  return new Map(
    entries
      .filter((entry) => isWithin(scope, entry))
      .map(({ subject, actor, acting_as: name, at }) => [
        subject,
        { actor: name === null ? actor : `${actor} (${name})`, at },
      ]),
  );
}
