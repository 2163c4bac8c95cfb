import type { Fields } from '../../../changes/changed-fields.js';
import { limits } from '../../directory/plan.js';
import type { NewPlan } from '../../directory/plan-store.js';

/** The fields of a plan that audit entries record. */
export function auditFields(plan: NewPlan): Fields {
  return {
    name: plan.name,
    permissions: plan.permissions.join(', '),
    webmails: plan.webmails.join(', '),
    ...Object.fromEntries(limits.map((limit) => [limit, plan[limit] ?? null])),
  };
}
