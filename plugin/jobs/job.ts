import type { Actor } from '../viewing/actor.js';
import type { FieldError } from '../errors.js';

export const jobStates = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;

export type JobState = (typeof jobStates)[number];

/** Work that outlives the request that asked for it. */
export interface Job {
  readonly id: number;
  readonly kind: string;
  /** The locale key of the job's title. */
  readonly titleKey: string;
  /** The account that it runs for; undefined for the command line. */
  readonly ownerId: number | undefined;
  readonly by: Actor;
  /** The group of its audit entries. */
  readonly group: string;
  readonly state: JobState;
  readonly done: number;
  readonly total: number;
  readonly result: JobResult;
  /** Why it failed. */
  readonly failure: FieldError | undefined;
  /** It ends after the current chunk. */
  readonly isCancelAsked: boolean;
  readonly createdAt: number;
  readonly finishedAt: number | undefined;
}

/** Results of the rows so far. */
export interface JobResult {
  readonly changed: number;
  /** Rows that were already in that state. */
  readonly unchanged: number;
  readonly refused: number;
  /** Rows that somebody else had changed meanwhile, which stay as they are. */
  readonly moved: number;
  /** Reasons of refusals, at most `mostRefusals`. */
  readonly refusals: readonly Refusal[];
  /** What changes of rows left out, at most `mostRefusals`; left out itself if nothing. */
  readonly left?: readonly Refusal[];
}

/** A refused row, by the name that people know it by, and the reason. */
export interface Refusal extends FieldError {
  readonly subject: string;
}

export const noResult: JobResult = {
  changed: 0,
  unchanged: 0,
  refused: 0,
  moved: 0,
  refusals: [],
};

const mostRefusals = 100;

export function addResults(one: JobResult, other: JobResult): JobResult {
  const left = [...(one.left ?? []), ...(other.left ?? [])].slice(0, mostRefusals);
  return {
    ...(left.length > 0 && { left }),
    changed: one.changed + other.changed,
    unchanged: one.unchanged + other.unchanged,
    refused: one.refused + other.refused,
    moved: one.moved + other.moved,
    refusals: [...one.refusals, ...other.refusals].slice(0, mostRefusals),
  };
}

/** Pauses before an unexpected error is retried. */
const pausesMs = [5000, 30_000, 2 * 60_000, 10 * 60_000];

/** @returns undefined after the last retry. */
export function pauseAfter(earlierFailures: number): number | undefined {
  return pausesMs[earlierFailures];
}

/** A job whose process was killed this often without finishing a chunk may be the cause. */
export const mostAttempts = 20;

export function isOver({ state }: Pick<Job, 'state'>): boolean {
  return state !== 'queued' && state !== 'running';
}

/** The path of its page. */
export function jobPath(id: number): string {
  return `/jobs/${id}`;
}
