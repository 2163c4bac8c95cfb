import type { FieldError } from '../errors.js';
import { type ActorColumns, actorFrom } from '../viewing/actor.js';
import { type Job, type JobResult, type JobState, noResult } from './job.js';
import type { Json } from './kind.js';

/** A row of the table `jobs`. */
export interface JobRow extends ActorColumns {
  readonly id: number;
  readonly kind: string;
  readonly title_key: string;
  readonly owner_id: number | null;
  readonly reseller_id: number | null;
  readonly group_id: string;
  readonly payload: string;
  readonly cursor: string | null;
  readonly done: number;
  readonly total: number;
  readonly result: string;
  readonly failure: string | null;
  readonly state: JobState;
  readonly cancel_asked: number;
  readonly attempts: number;
  readonly failures: number;
  readonly created_at: number;
  readonly finished_at: number | null;
}

export function jobFrom(row: JobRow): Job {
  return {
    id: row.id,
    kind: row.kind,
    titleKey: row.title_key,
    ownerId: row.owner_id ?? undefined,
    by: actorFrom(row),
    group: row.group_id,
    state: row.state,
    done: row.done,
    total: row.total,
    result: resultIn(row.result),
    failure: failureIn(row.failure),
    isCancelAsked: row.cancel_asked === 1,
    createdAt: row.created_at,
    finishedAt: row.finished_at ?? undefined,
  };
}

export function jsonIn(text: string): Json {
  const json: Json = JSON.parse(text);
  return json;
}

export function resultIn(text: string): JobResult {
  const result: Partial<JobResult> = JSON.parse(text);
  return { ...noResult, ...result };
}

function failureIn(text: string | null): FieldError | undefined {
  const failure: FieldError | null = JSON.parse(text ?? 'null');
  return failure ?? undefined;
}
