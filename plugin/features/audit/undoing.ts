import type { Database } from '../../database/database.js';
import { ForbiddenError, NotFoundError } from '../../errors.js';
import type { Previews } from '../../previews/previews.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { ActRow } from './act.js';
import type { Acts } from './acts.js';
import { type UndoneAct, prepareUndo, undoneActs } from './group.js';

/** Undoes acts, each with all others of its group: by a preview of the changes that take them back. */
export class Undoing {
  readonly previews: Previews;
  readonly #db: Database;
  readonly #acts: Acts;

  constructor(db: Database, acts: Acts, previews: Previews) {
    this.#db = db;
    this.#acts = acts;
    this.previews = previews;
  }

  /** The acts that are undone with one, itself among them; none if the viewer cannot undo it. */
  async undoneWith(
    viewer: Viewer,
    { action, group_id: group }: Pick<ActRow, 'action' | 'group_id'>,
  ): Promise<readonly UndoneAct[]> {
    const acts = await undoneActs({ db: this.#db, undoes: this.previews.offered }, viewer, group);
    return acts.some((act) => act.action === action) ? acts : [];
  }

  /**
   * Prepares the preview.
   *
   * @returns its ID.
   * @throws {NotFoundError} when there is no such act, or nobody can undo it.
   * @throws {ForbiddenError}
   */
  async prepare(viewer: Viewer, id: number): Promise<number> {
    const { act } = await this.#acts.find(viewer.scope, id);
    if ((await this.previews.offered.undoOf(act.action)) === undefined) {
      throw new NotFoundError();
    }
    if ((await this.undoneWith(viewer, act)).length === 0) {
      throw new ForbiddenError('errors.not-permitted');
    }
    return await prepareUndo({ db: this.#db, previews: this.previews }, viewer, act.group_id);
  }
}
