import type { Reason } from '../../changes/decision.js';
import { lineIn } from '../../imports/import-action.js';
import type { Job } from '../../jobs/job.js';
import { type Preview, totalOf } from '../../previews/preview.js';
import { languageFor } from '../../web/locale.js';
import type { PlanRow, RowsFound } from './bulk-rows.js';
import { type OutcomeRow, changerOf, reasonsIn } from './outcome-table.js';

const { t } = languageFor('en');

function reasonsFrom(json: string | null): readonly object[] {
  const all: readonly Reason[] = JSON.parse(json ?? '[]');
  return all.map(({ field, key, args }) => ({
    ...(field !== undefined && field !== '' && { field }),
    code: key,
    detail: t(key, args),
  }));
}

function lineOfRow(
  { action }: Preview,
  { row_id: id }: { readonly row_id: number },
): { readonly line?: number } {
  const line = lineIn(action, id);
  return line === undefined ? {} : { line };
}

/** @param path of its next rows, less the ID that they follow. */
export function planAnswer(
  preview: Preview,
  { rows, next: after }: RowsFound<PlanRow>,
  path: string,
): object {
  return {
    id: preview.id,
    action: preview.action,
    counted: preview.isCounted,
    total: totalOf(preview),
    counts: preview.counts,
    createdAt: timeOf(preview.createdAt),
    expiresAt: timeOf(preview.expiresAt),
    job: preview.jobId ?? null,
    rows: rows.map((row) => ({
      id: row.row_id,
      ...lineOfRow(preview, row),
      name: row.name,
      group: row.kind,
      before: JSON.parse(row.before ?? 'null'),
      after: JSON.parse(row.after ?? 'null'),
      reasons: reasonsFrom(row.reasons),
    })),
    next: after === undefined ? null : path + after,
  };
}

export function jobAnswer(job: Job, { id, action }: Preview, path: string): object {
  const { state, done, total, result, failure } = job;
  return {
    id: job.id,
    preview: id,
    action,
    state,
    done,
    total,
    counts: {
      changed: result.changed,
      'already-so': result.unchanged,
      'not-allowed': result.refused,
      meanwhile: result.moved,
      failed: state === 'failed' ? total - done : 0,
    },
    failure:
      failure === undefined ? null : { code: failure.key, detail: t(failure.key, failure.args) },
    createdAt: timeOf(job.createdAt),
    finishedAt: job.finishedAt === undefined ? null : timeOf(job.finishedAt),
    outcomes: path,
  };
}

export function outcomesAnswer(
  preview: Preview,
  { rows, next: after }: RowsFound<OutcomeRow>,
  path: string,
): object {
  return {
    rows: rows.map((row) => ({
      id: row.row_id,
      ...lineOfRow(preview, row),
      name: row.name,
      outcome: row.became,
      reasons: row.became === 'not-allowed' ? reasonsFrom(reasonsIn(row)) : [],
      changedBy: changerIn(row),
    })),
    next: after === undefined ? null : path + after,
  };
}

function changerIn(row: OutcomeRow): object | null {
  const by = row.became === 'meanwhile' ? changerOf(row) : undefined;
  return by === undefined ? null : { actor: by.actor, at: timeOf(by.at) };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
