import type { Knex } from 'knex';
import type { Changes, Changing } from '../../changes/changes.js';
import type { Agreed, Decision } from '../../changes/decision.js';
import type { Database } from '../../database/database.js';
import type { Jobs } from '../../jobs/jobs.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { Icon } from '../../web/icons.js';
import type { Access } from '../../web/route-table.js';

/**
 * Something to do with selected rows of a list. Its button's text is `<table>.selection.<key>`; what is said before and
 * after are the texts `title`, `none`, `effect`, `submit`, `job`, `notice-done` and `notice-refused` of
 * `<table>.selected.<key>`.
 */
export interface RowsAction<Subject, Change> {
  readonly key: string;
  /** What its path ends with, such as `removal`. */
  readonly noun: string;
  readonly permission: Access;
  readonly icon: Icon;
  /** Whether it takes away what cannot be brought back. */
  readonly isDestructive?: boolean;
  /**
   * The rows with these ids as they are now, with all that deciding needs. Those that are gone, or not within the
   * viewer's scope, are left out. In a transaction the rows stay locked until its end.
   */
  read(db: Knex, viewer: Viewer, ids: readonly number[]): Promise<readonly Subject[]>;
  idOf(subject: Subject): number;
  /** What people know it by. */
  nameOf(subject: Subject): string;
  decide(viewer: Viewer, subject: Subject): Decision<Change>;
  write(changing: Changing, decision: Agreed<Change>): Promise<unknown>;
}

/** Actions on whatever rows: what is read, decided about and written comes from the same one. */
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyRowsAction = RowsAction<any, any>;

/** What a list offers to do with selected rows, and what it is done with. */
export interface OfferedActions {
  readonly actions: readonly AnyRowsAction[];
  readonly db: Database;
  readonly changes: Changes;
  readonly jobs: Jobs;
}
