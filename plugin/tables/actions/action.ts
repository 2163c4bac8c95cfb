import type { Changes } from '../../changes/changes.js';
import type { RowsVerb } from '../../changes/verb.js';
import type { Database } from '../../database/database.js';
import type { Jobs } from '../../jobs/jobs.js';
import type { Json } from '../../jobs/kind.js';
import type { Icon } from '../../web/icons.js';
import type { AnyTable } from '../table.js';
import type { Access } from '../../web/route-table.js';

/**
 * A verb that a list offers for selected rows. The text of its button is `<table>.selection.<key>`; the texts of its
 * pages and notices are `title`, `none`, `effect`, `submit`, `job` and `notice-done` of `<table>.selected.<key>`.
 */
export interface RowsAction<Subject, Wanted, Change, Facts> {
  readonly key: string;
  /** The end of its path, such as `removal`. */
  readonly noun: string;
  readonly permission: Access;
  readonly icon: Icon;
  /** Whether it cannot be undone. */
  readonly isDestructive?: boolean;
  readonly verb: RowsVerb<Subject, Wanted, Change, unknown, Facts>;
  /** Parses the wanted change from the request; without it, `wanted` is undefined. */
  readonly form?: ActionForm<Wanted>;
  idOf(subject: Subject): number;
  /** The name that people know it by. */
  nameOf(subject: Subject): string;
}

/** The form fields of a wanted change, which becomes part of a job's payload as JSON. */
interface ActionForm<Wanted> {
  readonly fields: readonly string[];
  /** @throws {InvalidInputError} */
  parse(typed: Readonly<Record<string, unknown>>): Wanted & Json;
}

/** Actions on any kind of row: each reads, decides about and writes its own kind. */
export type AnyRowsAction = RowsAction<unknown, unknown, unknown, unknown>;

/** The actions of a list, with what they need. */
export interface OfferedActions {
  readonly table: AnyTable;
  readonly actions: readonly AnyRowsAction[];
  readonly db: Database;
  readonly changes: Changes;
  readonly jobs: Jobs;
}
