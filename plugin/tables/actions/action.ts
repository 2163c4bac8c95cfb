import type { Knex } from 'knex';
import type { Changes, Changing } from '../../changes/changes.js';
import type { Agreed, Decision } from '../../changes/decision.js';
import type { Database } from '../../database/database.js';
import type { Jobs } from '../../jobs/jobs.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { Icon } from '../../web/icons.js';
import type { Access } from '../../web/route-table.js';

/**
 * An action on selected rows of a list. The text of its button is `<table>.selection.<key>`; the texts of its pages and
 * notices are `title`, `none`, `effect`, `submit`, `job`, `notice-done` and `notice-refused` of
 * `<table>.selected.<key>`.
 */
export interface RowsAction<Subject, Change> {
  readonly key: string;
  /** The end of its path, such as `removal`. */
  readonly noun: string;
  readonly permission: Access;
  readonly icon: Icon;
  /** Whether it cannot be undone. */
  readonly isDestructive?: boolean;
  /**
   * The current state of the rows with these IDs, with all that deciding needs. Leaves out rows that are gone or
   * outside of the viewer's scope. In a transaction, locks the rows.
   */
  read(db: Knex, viewer: Viewer, ids: readonly number[]): Promise<readonly Subject[]>;
  idOf(subject: Subject): number;
  /** The name that people know it by. */
  nameOf(subject: Subject): string;
  decide(viewer: Viewer, subject: Subject): Decision<Change>;
  write(changing: Changing, decision: Agreed<Change>): Promise<unknown>;
}

/** Actions on whatever rows: what is read, decided about and written comes from the same one. */
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyRowsAction = RowsAction<any, any>;

/** The actions of a list, and what they work with. */
export interface OfferedActions {
  readonly actions: readonly AnyRowsAction[];
  readonly db: Database;
  readonly changes: Changes;
  readonly jobs: Jobs;
}
