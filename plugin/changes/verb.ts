import type { Viewer } from '../viewing/viewer.js';
import type { Changing } from './changes.js';
import type { Agreed, Decision } from './decision.js';

/**
 * A change to things of one kind, in two steps. Pages, commands, the API, jobs and undo call the same two, and can run
 * several in one transaction.
 */
export interface Verb<Subject, Wanted, Change, Result> {
  /** Pure: `subject` holds all that the decision needs from the database. */
  decide(viewer: Viewer, subject: Subject, wanted: Wanted): Decision<Change>;
  write(changing: Changing, decision: Agreed<Change>): Promise<Result>;
}
