import type { Request } from 'express';
import type { Database } from '../../database/database.js';
import { NotFoundError } from '../../errors.js';
import type { OfferedAction } from '../../previews/action.js';
import type { Preview } from '../../previews/preview.js';
import type { Previews } from '../../previews/previews.js';
import { actPath, actsOfGroup } from '../audit/index.js';

/**
 * Prepares undoing what an applied preview has done so far.
 *
 * @returns the ID of another preview.
 * @throws {NotFoundError} when it has changed nothing, or nobody can undo it.
 */
export async function prepareUndo(
  { db, previews }: { readonly db: Database; readonly previews: Previews },
  { viewer }: Request,
  { group }: Preview,
): Promise<number> {
  for (const { id, action } of await actsOfGroup(db.knex, viewer.scope, group ?? '')) {
    const undo: OfferedAction | undefined = await previews.undoOf(action);
    if (undo !== undefined && viewer.permissions.has(undo.action.permission)) {
      return await previews.create(viewer, undo, {
        wanted: undefined,
        selection: { kind: 'undo', group: group ?? '', action },
        list: actPath(id),
      });
    }
  }
  throw new NotFoundError();
}
