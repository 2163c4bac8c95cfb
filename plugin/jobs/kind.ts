import type { Changing } from '../changes/changes.js';
import type { Viewer } from '../viewing/viewer.js';
import type { JobResult } from './job.js';

/** What a job is made of JSON alone of: its payload and its cursor. */
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
  /** The locale key of what is being done. */
  words(payload: Payload): string;
  /**
   * Reads what the next chunk is about, outside of a transaction; undefined at the end.
   *
   * @throws {AppError} which ends the job with its sentence; anything else is tried again.
   */
  next(course: JobCourse<Payload>): Promise<Chunk | undefined>;
}

/** Kinds of whatever payloads. */
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyJobKind = JobKind<any>;

/** How far a job is, for its kind. */
interface JobCourse<Payload> {
  /** Who asked, with the scope and the permissions of now. */
  readonly viewer: Viewer;
  readonly payload: Payload;
  /** Of the last chunk; undefined before the first. */
  readonly cursor: Json | undefined;
}

/** A part of a job that is done whole or not at all. */
export interface Chunk {
  /** Where the next one begins. */
  readonly cursor: Json;
  /** How many of the job's total it takes. */
  readonly count: number;
  /** Runs in the transaction that stores the cursor, perhaps more than once: it does nothing but database work. */
  write(changing: Changing): Promise<JobResult>;
}
