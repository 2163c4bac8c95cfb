import type { Changes } from '../changes/changes.js';
import type { Database } from '../database/database.js';
import type { Actor } from '../viewing/actor.js';
import { erase } from './erasure.js';
import type { AnyRemovedKind } from './kind.js';
import { removalFrom, removalsIn } from './removal.js';

/** For the activity log. */
const by: Actor = { actorId: undefined, actor: 'relais', actingAs: undefined, origin: 'relais' };

export interface SweepingParts {
  readonly db: Database;
  readonly changes: Changes;
  readonly kinds: () => Promise<readonly AnyRemovedKind[]>;
}

const removalsAtOnce = 100;

/** Removes for good what was kept for long enough, some in each transaction. @returns how many. */
export async function sweep(
  { db, changes, kinds }: SweepingParts,
  now: number,
  signal?: AbortSignal,
): Promise<number> {
  let swept = 0;
  for (;;) {
    const due: readonly number[] = await removalsIn(db.knex)
      .where('kept_until', '<=', now)
      .orderBy('kept_until')
      .limit(removalsAtOnce)
      .pluck('id');
    if (due.length === 0 || signal?.aborted === true) {
      return swept;
    }
    const known = await kinds();
    swept += await changes.make(by, async (changing) => {
      const rows = await removalsIn(changing.tx).whereIn('id', due).orderBy('id').forUpdate();
      await erase(changing, rows.map(removalFrom), known);
      return rows.length;
    });
  }
}
