import type { Knex } from 'knex';
import { type ChangedFields, changedFields, isChange } from '../../../changes/changed-fields.js';
import type { Changing } from '../../../changes/changes.js';
import { type Agreed, type Decision, refused, refusedAt } from '../../../changes/decision.js';
import type { Verb } from '../../../changes/verb.js';
import { ConflictError } from '../../../errors.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { Plan } from '../../directory/plan.js';
import type { NewPlan, PlanStore } from '../../directory/plan-store.js';
import { aboutPlan, auditFields } from './audit-fields.js';
import type { PlanForm } from './forms.js';
import { type Affected, accountsUnder, affectedByPlan } from './affected.js';
import {
  type Excessive,
  aboveRefusal,
  excessiveNumbers,
  lowerNumbers,
  restoreNumbers,
} from './own-numbers.js';
import { type PlanFacts, factsAbout, planRefusals } from './plan-rules.js';

export interface PlanSubject extends PlanFacts {
  readonly before: Plan;
  /** The accounts that have something else afterwards. */
  readonly affected: readonly Affected[];
  /** Own numbers that would exceed the new maximum. */
  readonly excessive: readonly Excessive[];
}

export interface WantedPlan extends PlanForm {
  /** The group of the act that lowered numbers, if it is undone. */
  readonly restores?: string | undefined;
}

export interface PlanChanged extends WantedPlan {
  readonly before: Plan;
  readonly affected: readonly Affected[];
  readonly changed: ChangedFields;
}

/** Changes plans. */
export class PlanChange implements Verb<PlanSubject, WantedPlan, PlanChanged, void> {
  readonly #store: PlanStore;

  constructor(store: PlanStore) {
    this.#store = store;
  }

  decide(_viewer: Viewer, subject: PlanSubject, wanted: WantedPlan): Decision<PlanChanged> {
    const { before, affected, excessive } = subject;
    const plan: NewPlan = { ...wanted.plan, ownerId: before.ownerId };
    const refusal = refusedAt(planRefusals(plan, subject, before.id));
    if (refusal !== undefined) {
      return refusal;
    }
    const above = wanted.excess === 'refuse' ? aboveRefusal(excessive) : undefined;
    if (above !== undefined) {
      return refused(above);
    }
    const changed = changedFields(auditFields(before), auditFields(plan));
    return {
      kind: isChange(changed) ? 'will-change' : 'already-so',
      change: { ...wanted, plan, before, affected, changed },
    };
  }

  /** @throws {ConflictError} when somebody has changed it since the version. */
  async write(changing: Changing, { kind, change }: Agreed<PlanChanged>): Promise<void> {
    const { before, affected, plan, changed, version, excess, restores } = change;
    const { id, name } = before;
    const next = version + Number(kind === 'will-change');
    if (!(await this.#store.replace(changing.tx, { id, version, next }, plan))) {
      throw new ConflictError('plans.errors.changed-meanwhile', { name });
    }
    if (kind === 'already-so') {
      return;
    }
    await changing.record({
      ...aboutPlan(before),
      action: 'plan.changed',
      before: changed.before,
      after: { ...changed.after, id },
    });
    if (excess === 'lower') {
      await lowerNumbers(changing, affected);
    }
    if (restores !== undefined) {
      await restoreNumbers(changing, accountsUnder(id), restores);
    }
  }
}

/** What a change of a plan depends on. In a transaction, locks the plan: nobody gets it meanwhile. */
export async function planSubject(
  store: PlanStore,
  db: Knex,
  before: Plan,
  after: NewPlan,
): Promise<PlanSubject> {
  if (db.isTransaction) {
    await db('plans').where({ id: before.id }).forUpdate().first('id');
  }
  const affected = await affectedByPlan(db, before, after);
  return {
    ...(await factsAbout(store, before.ownerId, db)),
    before,
    affected,
    excessive: await excessiveNumbers(db, affected),
  };
}
