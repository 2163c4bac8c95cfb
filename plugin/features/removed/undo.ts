import { type UndoAction, undoTexts } from '../../previews/undo.js';
import { removalsIn } from '../../removals/removal.js';
import type { Restoration } from '../../removals/restoration.js';
import { ownedBy } from '../../viewing/scope.js';
import { restorationAction } from './actions.js';

/** Undoes removals of one kind: what they removed comes back. */
export function undoOfRemovals(
  restoration: Restoration,
  kind: string,
  permission: string,
): UndoAction {
  return {
    undoes: [`${kind}.removed`],
    action: {
      ...restorationAction(restoration),
      ...undoTexts,
      key: `removed-${kind}`,
      permission,
      thing: kind,
    },
    rowsOf: async (db, scope, entries) => {
      const groups = [...new Set(entries.map(({ group }) => group))];
      const rows = await removalsIn(db)
        .where({ kind })
        .whereIn('group_id', groups)
        .where(ownedBy(scope, 'removals'));
      return entries.flatMap((entry) => {
        const row = rows.find(
          ({ name, group_id: group, thing_id: id }) =>
            name === entry.subject &&
            group === entry.group &&
            (entry.thingId === undefined || entry.thingId === id),
        );
        return row === undefined ? [] : [{ entry, id: row.id, current: {}, wanted: null }];
      });
    },
  };
}
