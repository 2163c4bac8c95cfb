import type { Knex } from 'knex';
import type { Changing } from '../../../changes/changes.js';
import { type Agreed, type Decision, refused, willChange } from '../../../changes/decision.js';
import type { Verb } from '../../../changes/verb.js';
import { ConflictError, NotFoundError } from '../../../errors.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { Plan } from '../../directory/plan.js';
import type { PlanStore } from '../../directory/plan-store.js';
import { aboutPlan } from './audit-fields.js';

interface Subject {
  readonly plan: Plan;
  /** How many accounts have it. */
  readonly count: number;
}

/** Removes plans that no account has. */
export class PlanRemoval implements Verb<Subject, undefined, Plan, void> {
  readonly #store: PlanStore;

  constructor(store: PlanStore) {
    this.#store = store;
  }

  /** Locks the plan: nobody gets it meanwhile. */
  async read(tx: Knex.Transaction, plan: Plan): Promise<Subject> {
    await tx('plans').where({ id: plan.id }).forUpdate().first('id');
    return { plan, count: await this.#store.countAccounts(plan.id, tx) };
  }

  decide(_viewer: Viewer, { plan, count }: Subject): Decision<Plan> {
    const { name } = plan;
    return count > 0
      ? refused(new ConflictError('plans.errors.in-use', { name, count }))
      : willChange(plan);
  }

  /** @throws {NotFoundError} when it has been removed. */
  async write({ tx, record }: Changing, { change: plan }: Agreed<Plan>): Promise<void> {
    if (!(await this.#store.remove(tx, plan.id))) {
      throw new NotFoundError();
    }
    await record({ ...aboutPlan(plan), action: 'plan.removed' });
  }
}
