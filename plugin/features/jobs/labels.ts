import type { Job, JobResult, JobState } from '../../jobs/job.js';
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
  const parts = (['changed', 'unchanged', 'refused', 'moved'] as const).flatMap((outcome) =>
    result[outcome] === 0 ? [] : [t(`jobs.result.${outcome}`, { count: result[outcome] })],
  );
  return list(parts);
}

export function actorLabel(
  { actor, actingAs }: { readonly actor: string; readonly actingAs: string | undefined },
  { t }: Language,
): string {
  return actingAs === undefined ? actor : t('audit.acting', { actor, name: actingAs });
}

/** What pages and commands say about a job. */
interface JobLabels {
  readonly actor: string;
  readonly state: ReturnType<typeof stateCell>;
  readonly progress: string;
  /** Empty before the first rows. */
  readonly result: string;
  readonly failure: string | undefined;
  readonly refusals: readonly { readonly subject: string; readonly reason: string }[];
}

export function labelsOf(job: Job, language: Language): JobLabels {
  const { by, result, failure } = job;
  return {
    actor: actorLabel(by, language),
    state: stateCell(job, language),
    progress: progressLabel(job, language),
    result: resultLabel(result, language),
    failure: failure && language.t(failure.key, failure.args),
    refusals: result.refusals.map(({ subject, key, args }) => ({
      subject,
      reason: language.t(key, args),
    })),
  };
}

/** The notice after a job was cancelled: it is over, or ends with the rows that are being worked on. */
export function cancelledNotice({ state }: Pick<DescribedJob, 'state'>): string {
  return state === 'cancelled' ? 'jobs.notice-cancelled' : 'jobs.notice-cancelling';
}
