import type { Knex } from 'knex';
import type { Actor } from '../viewing/actor.js';
import type { Viewer } from '../viewing/viewer.js';
import type { Changing } from './changes.js';
import type { Agreed, Decision } from './decision.js';

/**
 * A change to things of one kind, in two steps. Pages, commands, the API, jobs and undo call the same two, and can run
 * several in one transaction. `By` is an `Actor` where whoever changes something has not signed in.
 */
export interface Verb<Subject, Wanted, Change, Result, By extends Actor = Viewer> {
  /** Pure: `subject` holds all that the decision needs from the database. */
  decide(by: By, subject: Subject, wanted: Wanted): Decision<Change>;
  write(changing: Changing, decision: Agreed<Change>): Promise<Result>;
}

/** A verb that reads its rows by their IDs, so that it can be carried out on one or on many. */
export interface RowsVerb<Subject, Wanted, Change, Result, Facts = undefined> extends Verb<
  Subject,
  Wanted,
  Change,
  Result
> {
  /** What deciding needs from elsewhere, such as name servers. Called outside of transactions, once for many rows. */
  load(viewer: Viewer, ids: readonly number[], wanted: Wanted): Promise<Facts>;
  /**
   * The rows with these IDs in their current state, with all that deciding needs. Those that are gone, or not within the
   * viewer's scope, are left out. In a transaction, what the decision rests on is read with a lock: rows are read one
   * after the other there, and on MariaDB a plain read sees the database as it was at the first one.
   */
  read(db: Knex, asked: Asked<Wanted, Facts>, ids: readonly number[]): Promise<readonly Subject[]>;
  /** How rows that are decided alike are written in one statement; without it, each is by itself. */
  readonly alike?: AlikeRows<Subject, Wanted, Change>;
  /** How rows that differ are written in few statements; without it, each is by itself. */
  readonly together?: RowsTogether<Change>;
}

/** Rows that are decided about one by one, and written together. */
export interface RowsTogether<Change> {
  /** Whether writing it leaves the decisions about other rows as they are, and theirs this one. */
  isIndependent(change: Change): boolean;
  /** @throws {AppError} if one of them must not be written; each is then decided about and written alone. */
  write(changing: Changing, decisions: readonly Agreed<Change>[]): Promise<void>;
}

/** Rows with the same decision, which are locked and written together. */
export interface AlikeRows<Subject, Wanted, Change> {
  /** Their table, with an `id`, a `version` that each of these changes raises, an `owner_id` and a `reseller_id`. */
  readonly table: string;
  /**
   * Subjects with the same key get the same decision, as long as they keep their versions and what `load` finds stays
   * the same; undefined for one that has to be decided about alone.
   */
  keyOf(subject: Subject, wanted: Wanted): string | undefined;
  /**
   * Writes the decision about one of some locked rows to all of them.
   *
   * @param rows a query of their IDs as `row_id`.
   * @throws {AppError} if one of them must not be written; each is then decided about and written alone.
   */
  write(changing: Changing, decision: Agreed<Change>, rows: Knex.QueryBuilder): Promise<void>;
}

/** Who wants what, and what `load` found for it. */
export interface Asked<Wanted, Facts = undefined> {
  readonly viewer: Viewer;
  readonly wanted: Wanted;
  readonly facts: Facts;
}

/** Loads what a verb needs from elsewhere. Not in a transaction. */
export async function askedFor<Wanted, Facts>(
  verb: Pick<RowsVerb<never, Wanted, never, unknown, Facts>, 'load'>,
  viewer: Viewer,
  ids: readonly number[],
  wanted: Wanted,
): Promise<Asked<Wanted, Facts>> {
  return { viewer, wanted, facts: await verb.load(viewer, ids, wanted) };
}
