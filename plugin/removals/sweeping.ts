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

/** Removes for good what was kept for long enough, each in a transaction of its own. @returns how many. */
export async function sweep(
  { db, changes, kinds }: SweepingParts,
  now: number,
  signal?: AbortSignal,
): Promise<number> {
  let swept = 0;
  for (;;) {
    const due = await removalsIn(db.knex)
      .where('kept_until', '<=', now)
      .orderBy('kept_until')
      .first('id');
    if (due === undefined || signal?.aborted === true) {
      return swept;
    }
    await changes.make(by, async (changing) => {
      const row = await removalsIn(changing.tx).where({ id: due.id }).forUpdate().first();
      if (row !== undefined) {
        await erase(changing, removalFrom(row), await kinds());
      }
    });
    swept += 1;
  }
}
