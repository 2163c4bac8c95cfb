import type { Database } from '../../../database/database.js';
import type { AnyRowsAction } from '../../../previews/action.js';
import type { PlanStore } from '../../directory/plan-store.js';
import { consequencesOf } from './consequences.js';
import { affectedByPlan } from './affected.js';
import { type WantedOfRows, onPlans } from './rows-plans.js';

/** Changes a plan, after a preview of the accounts and domains that are affected. */
export function planChangeAction({ knex: db }: Database, store: PlanStore): AnyRowsAction {
  return {
    ...onPlans(store),
    key: 'change',
    noun: 'change',
    icon: 'package',
    hasOwnPage: true,
    async effects({ scope }, preview, language) {
      const { selection, appliedAt } = preview;
      const [id = 0] = selection.kind === 'rows' ? selection.ids : [];
      const before = await store.find(scope, id);
      const wanted: Partial<WantedOfRows> = Object(preview.wanted);
      if (before === undefined || wanted.plan === undefined || appliedAt !== undefined) {
        return [];
      }
      const affected = await affectedByPlan(db, before, wanted.plan);
      return await consequencesOf({ db, affected, excess: wanted.excess ?? 'keep' }, language);
    },
  };
}
