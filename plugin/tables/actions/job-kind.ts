import { askedFor } from '../../changes/verb.js';
import { ForbiddenError } from '../../errors.js';
import type { AnyJobKind, JobKind, Json } from '../../jobs/kind.js';
import type { AnyRowsAction, OfferedActions } from './action.js';
import { carryOut } from './decide.js';
import { type SelectedRows, SelectedRowsReader } from './selected-rows.js';

/** The selected rows of an action, and the wanted change if it has a form. */
export interface ActionPayload extends SelectedRows {
  readonly wanted?: Json;
}

/** Job kinds for a list's actions on more than `mostAtOnce` rows. */
export function jobKindsOf(offered: OfferedActions): readonly AnyJobKind[] {
  return offered.actions.map((action) => jobKindOf(offered, action));
}

/** The job kind for an action on more than `mostAtOnce` rows. */
export function jobKindOf(
  { table, db }: Pick<OfferedActions, 'table' | 'db'>,
  action: AnyRowsAction,
): JobKind<ActionPayload> {
  const { key } = table;
  const reader = new SelectedRowsReader<object>(db, table);
  return {
    key: `${key}.${action.key}`,
    titleKey: () => `${key}.selected.${action.key}.job`,
    async next({ viewer, payload: { wanted, ...rows }, cursor }) {
      if (!viewer.permissions.has(action.permission)) {
        throw new ForbiddenError('errors.not-permitted');
      }
      const next = await reader.next(viewer, rows, cursor);
      if (next.ids.length === 0) {
        return undefined;
      }
      const asked = await askedFor(action.verb, viewer, next.ids, wanted);
      return {
        cursor: next.cursor,
        count: next.ids.length,
        write: (changing) => carryOut(action, changing, asked, next.ids),
      };
    },
  };
}
