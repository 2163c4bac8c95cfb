import type { Knex } from 'knex';
import type { Changing } from '../changes/changes.js';
import type { FieldError } from '../errors.js';
import type { Viewer } from '../viewing/viewer.js';
import type { Row } from './kept-rows.js';
import type { KeptKind } from './keeping.js';
import type { Removal } from './removal.js';

/** How things of one kind come back after their removal. */
export interface RemovedKind<Facts = unknown> {
  readonly kept: KeptKind;
  /** The permission to create and remove such things. */
  readonly permission: string;
  /** What admitting it needs from elsewhere, such as name servers. Not in a transaction. */
  load?(viewer: Viewer, removal: Removal): Promise<Facts>;
  /** Why it cannot come back, if so, as for one that is created. In a transaction, it locks what it reads. */
  refusal(db: Knex, asked: AskedBack<Facts>): Promise<FieldError | undefined>;
  /** Its rows as they are restored now, instead of those that were kept. */
  adapted?(tx: Knex.Transaction, asked: AskedBack<Facts>, kept: KeptRows): Promise<Adapted>;
  /**
   * Completes it once its rows are back.
   *
   * @returns what did not come back, in sentences.
   * @throws {AppError} when it cannot come back after all.
   */
  complete(changing: Changing, asked: AskedBack<Facts>): Promise<readonly FieldError[]>;
}

/** Who wants what back. */
export interface AskedBack<Facts = unknown> {
  readonly viewer: Viewer;
  readonly removal: Removal;
  readonly facts: Facts | undefined;
}

type KeptRows = Readonly<Record<string, readonly Row[]>>;

export interface Adapted {
  readonly rows: KeptRows;
  /** What does not come back, in sentences. */
  readonly left: readonly FieldError[];
}

/** Any kind: each reads its own facts. */
export type AnyRemovedKind = RemovedKind;
