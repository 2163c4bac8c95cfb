import type { Fields } from '../../../changes/changed-fields.js';
import type { Entry } from '../../../changes/entry.js';
import { planNumbers } from '../../directory/plan.js';
import type { NewPlan } from '../../directory/plan-store.js';

/** The subject of an audit entry about a plan, and who may see the entry. */
export function aboutPlan({
  name,
  ownerId,
}: Pick<NewPlan, 'name' | 'ownerId'>): Pick<Entry, 'subject' | 'ownerId' | 'resellerId'> {
  return { subject: name, ownerId, resellerId: ownerId };
}

/** The fields of a plan that audit entries record. */
export function auditFields(plan: NewPlan): Fields {
  return {
    name: plan.name,
    permissions: plan.permissions.join(', '),
    webmails: plan.webmails.join(', '),
    ...Object.fromEntries(planNumbers.map((number) => [number, plan[number] ?? null])),
  };
}
