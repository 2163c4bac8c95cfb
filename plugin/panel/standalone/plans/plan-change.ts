import { type ChangedFields, changedFields, isChange } from '../../../changes/changed-fields.js';
import type { Changing } from '../../../changes/changes.js';
import { type Agreed, type Decision, refusedAt } from '../../../changes/decision.js';
import type { Verb } from '../../../changes/verb.js';
import { ConflictError } from '../../../errors.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { Plan } from '../../directory/plan.js';
import type { NewPlan, PlanStore } from '../../directory/plan-store.js';
import { auditFields } from './audit-fields.js';
import type { PlanForm } from './forms.js';
import { nameRefusal } from './plan-creation.js';

export interface PlanSubject {
  readonly before: Plan;
  /** All plans. */
  readonly plans: readonly Plan[];
}

export interface PlanChanged {
  readonly before: Plan;
  readonly after: NewPlan;
  readonly changed: ChangedFields;
  /** The version that is replaced. */
  readonly version: number;
}

/** Changes plans. */
export class PlanChange implements Verb<PlanSubject, PlanForm, PlanChanged, void> {
  readonly #store: PlanStore;

  constructor(store: PlanStore) {
    this.#store = store;
  }

  decide(
    _viewer: Viewer,
    { before, plans }: PlanSubject,
    { plan: after, version }: PlanForm,
  ): Decision<PlanChanged> {
    const changed = changedFields(auditFields(before), auditFields(after));
    return (
      refusedAt({ name: nameRefusal(after, plans, before.id) }) ?? {
        kind: isChange(changed) ? 'will-change' : 'already-so',
        change: { before, after, changed, version },
      }
    );
  }

  /** @throws {ConflictError} when somebody has changed it since the version. */
  async write({ tx, record }: Changing, { kind, change }: Agreed<PlanChanged>): Promise<void> {
    const { before, after, changed, version } = change;
    const { id, name } = before;
    const next = version + Number(kind === 'will-change');
    if (!(await this.#store.replace(tx, { id, version, next }, after))) {
      throw new ConflictError('plans.errors.changed-meanwhile', { name });
    }
    if (kind === 'will-change') {
      await record({ action: 'plan.changed', subject: name, ...changed });
    }
  }
}
