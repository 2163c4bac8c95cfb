import type { Changing } from '../../../changes/changes.js';
import { type Agreed, type Decision, refusedAt, willChange } from '../../../changes/decision.js';
import type { Verb } from '../../../changes/verb.js';
import { foldText } from '../../../database/fold-text.js';
import type { FieldError } from '../../../errors.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { Plan } from '../../directory/plan.js';
import type { NewPlan, PlanStore } from '../../directory/plan-store.js';
import { auditFields } from './audit-fields.js';

/** Creates plans. */
export class PlanCreation implements Verb<readonly Plan[], NewPlan, NewPlan, number> {
  readonly #store: PlanStore;

  constructor(store: PlanStore) {
    this.#store = store;
  }

  decide(_viewer: Viewer, plans: readonly Plan[], plan: NewPlan): Decision<NewPlan> {
    return refusedAt({ name: nameRefusal(plan, plans) }) ?? willChange(plan);
  }

  /** @returns the plan's id. */
  async write({ tx, record }: Changing, { change: plan }: Agreed<NewPlan>): Promise<number> {
    const id = await this.#store.insert(tx, plan);
    await record({ action: 'plan.created', subject: plan.name, after: auditFields(plan) });
    return id;
  }
}

/** Why a plan cannot have its name, if so: names that differ only in case or accents look the same. */
export function nameRefusal(
  { name }: NewPlan,
  plans: readonly Plan[],
  ownId?: number,
): FieldError | undefined {
  return plans.some((plan) => plan.id !== ownId && foldText(plan.name) === foldText(name))
    ? { key: 'plans.errors.taken' }
    : undefined;
}
