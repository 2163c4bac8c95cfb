import type { Database } from '../../database/database.js';
import { NotFoundError } from '../../errors.js';
import type { PreviewSelection } from '../../previews/preview.js';
import type { Previews } from '../../previews/previews.js';
import type { UndoAction } from '../../previews/undo.js';
import type { Viewer } from '../../viewing/viewer.js';
import { type ActRow, actPath, actsOfGroup } from './act.js';

/** An act of a group that can be undone. */
export type UndoneAct = Pick<ActRow, 'id' | 'action'>;

interface UndoParts {
  readonly db: Database;
  readonly previews: Previews;
}

/** Finds how entries with an action are undone. */
interface KnownUndoes {
  undoOf(action: string): Promise<Pick<UndoAction, 'action'> | undefined>;
}

/** The acts of a group that the viewer may undo. */
export async function undoneActs(
  { db, undoes }: { readonly db: Database; readonly undoes: KnownUndoes },
  viewer: Viewer,
  group: string,
): Promise<readonly UndoneAct[]> {
  const permitted: UndoneAct[] = [];
  for (const act of await actsOfGroup(db.knex, viewer.scope, group)) {
    const undo = await undoes.undoOf(act.action);
    if (undo !== undefined && viewer.permissions.has(undo.action.permission)) {
      permitted.push(act);
    }
  }
  return permitted;
}

/**
 * Prepares undoing a group, all of its acts at once.
 *
 * @returns the ID of the preview.
 * @throws {NotFoundError} when nothing was changed, or nobody can undo it.
 */
export async function prepareUndo(
  { db, previews }: UndoParts,
  viewer: Viewer,
  group: string,
): Promise<number> {
  const acts = await undoneActs({ db, undoes: previews.offered }, viewer, group);
  const [first] = acts;
  const undo = acts.length === 1 ? await previews.offered.undoOf(first?.action ?? '') : undefined;
  const isOne = undo !== undefined && undo.action.isRehearsed !== true;
  const offered = isOne ? undo : await previews.offered.actionOf({ action: 'audit.group' });
  if (first === undefined || offered === undefined) {
    throw new NotFoundError();
  }
  const selection: PreviewSelection = isOne
    ? { kind: 'undo', group, action: first.action }
    : { kind: 'undo-group', group, actions: acts.map(({ action }) => action) };
  const list = actPath(first.id);
  return await previews.create(viewer, offered, { wanted: undefined, selection, list });
}
