import { askedFor } from '../../changes/verb.js';
import { ForbiddenError } from '../../errors.js';
import type { AnyJobKind, JobKind, Json } from '../../jobs/kind.js';
import type { Table } from '../table.js';
import type { AnyRowsAction, OfferedActions } from './action.js';
import { carryOut } from './decide.js';

/** The selected rows of an action, and the wanted change if it has a form. */
export interface ActionPayload {
  readonly [name: string]: Json;
  readonly ids: readonly number[];
  readonly wanted?: Json;
}

/** Rows that an action changes at once, in the request or in one chunk of a job. */
export const mostAtOnce = 100;

/** Job kinds for a list's actions on more rows than that. */
export function jobKindsOf({ table, actions }: OfferedActions): readonly AnyJobKind[] {
  return actions.map((action) => jobKindOf(table, action));
}

/** The job kind for an action on more rows than that. */
export function jobKindOf<Row>(
  { key }: Pick<Table<Row>, 'key'>,
  action: AnyRowsAction,
): JobKind<ActionPayload> {
  return {
    key: `${key}.${action.key}`,
    words: () => `${key}.selected.${action.key}.job`,
    async next({ viewer, payload: { ids, wanted }, cursor }) {
      if (!viewer.permissions.has(action.permission)) {
        throw new ForbiddenError('errors.not-permitted');
      }
      const start = Number(cursor ?? 0);
      const some = ids.slice(start, start + mostAtOnce);
      if (some.length === 0) {
        return undefined;
      }
      const asked = await askedFor(action.verb, viewer, some, wanted);
      return {
        cursor: start + some.length,
        count: some.length,
        write: (changing) => carryOut(action, changing, asked, some),
      };
    },
  };
}
