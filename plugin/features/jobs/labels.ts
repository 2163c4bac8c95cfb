import type { ErrorArgs } from '../../errors.js';
import type { JobResult, JobState } from '../../jobs/job.js';
import type { Cell } from '../../tables/table.js';
import type { Language } from '../../web/locale.js';

/** The part of a job that lists and pages show. */
export interface DescribedJob {
  readonly state: JobState;
  readonly isCancelAsked: boolean;
  readonly done: number;
  readonly total: number;
}

export function stateCell(
  { state, isCancelAsked }: Pick<DescribedJob, 'state' | 'isCancelAsked'>,
  { t }: Language,
): Required<Pick<Cell, 'text' | 'status'>> {
  const shown = state === 'running' && isCancelAsked ? 'cancelling' : state;
  return { text: t(`jobs.states.${shown}`), status: shapes[state] };
}

const shapes = {
  queued: 'off',
  running: 'off',
  done: 'good',
  failed: 'bad',
  cancelled: 'off',
} as const;

export function progressLabel({ done, total }: DescribedJob, { t, number }: Language): string {
  return t('jobs.progress', { done: number(done), total: number(total) });
}

/** Results of the rows so far; empty before the first. */
export function resultLabel(result: JobResult, { t, list }: Language): string {
  const parts = (['changed', 'unchanged', 'refused'] as const).flatMap((outcome) =>
    result[outcome] === 0 ? [] : [t(`jobs.result.${outcome}`, { count: result[outcome] })],
  );
  return list(parts);
}

/** The reason of a failure or refusal, in a sentence. */
export function reasonSentence(
  { key, args }: { readonly key: string; readonly args?: ErrorArgs },
  { t }: Language,
): string {
  return t(key, { ...args });
}

export function actorLabel(
  { actor, actingAs }: { readonly actor: string; readonly actingAs: string | undefined },
  { t }: Language,
): string {
  return actingAs === undefined ? actor : t('audit.acting', { actor, name: actingAs });
}

/** The notice after a job was cancelled: it is over, or ends with the rows that are being worked on. */
export function cancelledNotice({ state }: Pick<DescribedJob, 'state'>): string {
  return state === 'cancelled' ? 'jobs.notice-cancelled' : 'jobs.notice-cancelling';
}
