import type { Registration } from '../../../feature.js';
import { planNumbers } from '../../directory/plan.js';
import { webmailByKey } from '../../directory/webmail.js';
import { permissionText } from '../../../viewing/permissions.js';

const limit = (value: string): string | undefined => (value === '' ? 'plans.unlimited' : undefined);
const numberLabels = Object.fromEntries(planNumbers.map((number) => [number, limit]));

export const plans: Registration = {
  id: 'plans',
  lists: async () => [(await import('./table.js')).planTable],
  commands: [
    {
      name: 'plan',
      does: 'plans: permissions and limits of customers',
      load: () => import('./commands.js'),
    },
  ],
  overview: async () => (await import('./overview-part.js')).plansOverview,
  async offered({ db }) {
    const { PlanStore } = await import('../../directory/plan-store.js');
    const { planChangeAction } = await import('./change-action.js');
    const { planTable: table } = await import('./table.js');
    return [{ table, actions: [planChangeAction(db, new PlanStore(db))] }];
  },
  async undoes({ db }) {
    const { PlanStore } = await import('../../directory/plan-store.js');
    const { undoOfPlans } = await import('./undo.js');
    return [undoOfPlans(new PlanStore(db))];
  },
  audit: {
    plan: {
      labels: 'plans.fields.*',
      valueLabels: {
        permissions: permissionText,
        ...numberLabels,
      },
      keyed: { webmails: webmailByKey },
    },
  },
};
