import type { Viewer } from '../viewing/viewer.js';
import type { Changing } from './changes.js';
import type { Agreed, Decision } from './decision.js';

/**
 * Something that is done to things of one kind, in two steps. A page, a command, the API, a job and an undo take the
 * same two, and may do several in one transaction.
 */
export interface Verb<Subject, Wanted, Change, Result> {
  /** Pure: `subject` has all that the decision needs of the database. */
  decide(viewer: Viewer, subject: Subject, wanted: Wanted): Decision<Change>;
  write(changing: Changing, decision: Agreed<Change>): Promise<Result>;
}
