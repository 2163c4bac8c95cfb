import type { Changing } from '../../../changes/changes.js';
import { type Agreed, type Decision, refusedAt, willChange } from '../../../changes/decision.js';
import type { Verb } from '../../../changes/verb.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { NewPlan, PlanStore } from '../../directory/plan-store.js';
import { aboutPlan, auditFields } from './audit-fields.js';
import { type PlanFacts, planRefusals } from './plan-rules.js';

/** Creates plans. A reseller's belong to it, and stay within its own. */
export class PlanCreation implements Verb<PlanFacts, NewPlan, NewPlan, number> {
  readonly #store: PlanStore;

  constructor(store: PlanStore) {
    this.#store = store;
  }

  decide({ role, accountId }: Viewer, facts: PlanFacts, wanted: NewPlan): Decision<NewPlan> {
    const plan = role === 'reseller' ? { ...wanted, ownerId: accountId } : wanted;
    return refusedAt(planRefusals(plan, facts)) ?? willChange(plan);
  }

  /** @returns the plan's id. */
  async write({ tx, record }: Changing, { change: plan }: Agreed<NewPlan>): Promise<number> {
    const id = await this.#store.insert(tx, plan);
    await record({
      ...aboutPlan(plan),
      action: 'plan.created',
      after: { id, ...auditFields(plan) },
    });
    return id;
  }
}
