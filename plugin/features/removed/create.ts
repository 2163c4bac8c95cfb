import { type FeatureParts, fromEach } from '../../feature.js';
import type { OfferedActions } from '../../previews/action.js';
import type { Previews } from '../../previews/previews.js';
import { Erasure } from '../../removals/erasure.js';
import type { AnyRemovedKind } from '../../removals/kind.js';
import { Restoration } from '../../removals/restoration.js';
import { erasureAction, restorationAction } from './actions.js';
import { RemovedThings } from './removed-things.js';
import { Sweeper } from './sweeper.js';
import { removedTable } from './table.js';

export interface RemovedFeatures {
  readonly removedThings: RemovedThings;
  readonly restoration: Restoration;
  readonly actionsOnRemoved: OfferedActions;
  readonly removedSweeper: Sweeper;
  readonly previews: Previews;
}

export function createRemoved(
  parts: FeatureParts & { readonly previews: Previews },
): RemovedFeatures {
  const { db, changes, previews } = parts;
  const kinds = async (): Promise<readonly AnyRemovedKind[]> =>
    (await fromEach(parts.registered, (each) => each.removedKinds?.(parts))).flat();
  const restoration = new Restoration(db.knex, kinds);
  const erasure = new Erasure(kinds);
  return {
    previews,
    restoration,
    removedThings: new RemovedThings({ db, changes, restoration, erasure }),
    actionsOnRemoved: {
      table: removedTable,
      actions: [restorationAction(restoration), erasureAction(erasure)],
    },
    removedSweeper: new Sweeper({ db, changes, kinds }),
  };
}
