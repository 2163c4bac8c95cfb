import { ForbiddenError, NotFoundError } from '../../errors.js';
import type { OfferedAction } from '../../previews/action.js';
import type { Previews } from '../../previews/previews.js';
import type { Viewer } from '../../viewing/viewer.js';
import { type ActRow, actPath } from './act.js';
import type { Acts } from './acts.js';

/** Undoes acts: each by a preview of the change that takes it back. */
export class Undoing {
  readonly previews: Previews;
  readonly #acts: Acts;

  constructor(acts: Acts, previews: Previews) {
    this.#acts = acts;
    this.previews = previews;
  }

  /** Whether the viewer may undo an act; most kinds of acts can be undone. */
  async isOffered({ permissions }: Viewer, act: ActRow): Promise<boolean> {
    const undo = await this.previews.undoOf(act.action);
    return undo !== undefined && permissions.has(undo.action.permission);
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
    const undo: OfferedAction | undefined = await this.previews.undoOf(act.action);
    if (undo === undefined) {
      throw new NotFoundError();
    }
    if (!viewer.permissions.has(undo.action.permission)) {
      throw new ForbiddenError('errors.not-permitted');
    }
    return await this.previews.create(viewer, undo, {
      wanted: undefined,
      selection: { kind: 'undo', group: act.group_id, action: act.action },
      list: actPath(act.id),
    });
  }
}
