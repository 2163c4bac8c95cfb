import type { Changing } from '../changes/changes.js';
import type { Viewer } from '../viewing/viewer.js';
import type { JobResult } from './job.js';

/** The JSON of a job's payload and cursor. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json };

/** One kind of long work. */
export interface JobKind<Payload> {
  readonly key: string;
  /** The locale key of the job's title. */
  titleKey(payload: Payload): string;
  /**
   * Reads the next chunk outside of a transaction; undefined at the end.
   *
   * @throws {AppError} to fail the job with its text; other errors are retried.
   */
  next(course: JobCourse<Payload>): Promise<Chunk | undefined>;
}

/** Kinds of any payload: each reads its own, which the database holds as JSON. */
export type AnyJobKind = JobKind<Json>;

/** How far a job is, for its kind. */
interface JobCourse<Payload> {
  /** Who asked, with the scope and the permissions of now. */
  readonly viewer: Viewer;
  readonly payload: Payload;
  /** Of the last chunk; undefined before the first. */
  readonly cursor: Json | undefined;
}

/** A part of a job that is done completely or not at all. */
export interface Chunk {
  /** Where the next chunk begins. */
  readonly cursor: Json;
  /** Its share of the job's total. */
  readonly count: number;
  /** Runs in the transaction that stores the cursor, possibly more than once: it must do nothing but database work. */
  write(changing: Changing): Promise<JobResult>;
}
