import type { Knex } from 'knex';
import type { Changing } from '../../../changes/changes.js';
import type { Agreed, Decision } from '../../../changes/decision.js';
import type { Asked, RowsVerb } from '../../../changes/verb.js';
import type { RowsAction } from '../../../previews/action.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { NewPlan, PlanStore } from '../../directory/plan-store.js';
import type { Excess } from './forms.js';
import { type PlanChanged, type PlanSubject, PlanChange, planSubject } from './plan-change.js';

/** As a preview stores it: without limits that are not set. */
export interface WantedOfRows {
  readonly plan: NewPlan;
  readonly excess?: Excess;
  /** The version that was shown; the current one if left out. */
  readonly version?: number;
  /** The group of the act that lowered numbers, if it is undone. */
  readonly restores?: string;
}

type Rows = RowsVerb<PlanSubject, WantedOfRows, PlanChanged, void>;

/** Changes plans as an action on rows does. */
class RowsPlans implements Rows {
  readonly #store: PlanStore;
  readonly #verb: PlanChange;

  constructor(store: PlanStore) {
    this.#store = store;
    this.#verb = new PlanChange(store);
  }

  async load(): Promise<undefined> {}

  async read(
    db: Knex,
    { viewer, wanted }: Asked<WantedOfRows>,
    ids: readonly number[],
  ): Promise<readonly PlanSubject[]> {
    const plans = await this.#store.list(viewer.scope, db);
    const among = plans.filter(({ id }) => ids.includes(id));
    const subjects: PlanSubject[] = [];
    for (const before of among) {
      subjects.push(await planSubject(this.#store, db, before, wanted.plan));
    }
    return subjects;
  }

  decide(viewer: Viewer, subject: PlanSubject, wanted: WantedOfRows): Decision<PlanChanged> {
    const { version = subject.before.version } = wanted;
    return this.#verb.decide(viewer, subject, { ...wanted, version });
  }

  async write(changing: Changing, decision: Agreed<PlanChanged>): Promise<void> {
    await this.#verb.write(changing, decision);
  }
}

/** What actions on plans have in common. */
export function onPlans(
  store: PlanStore,
): Omit<
  RowsAction<PlanSubject, WantedOfRows, PlanChanged, undefined>,
  'key' | 'noun' | 'icon' | 'form'
> {
  return {
    permission: 'plans.manage',
    thing: 'plan',
    verb: new RowsPlans(store),
    idOf: ({ before }) => before.id,
    nameOf: ({ before }) => before.name,
    versionOf: ({ before }) => before.version,
    changeOf: ({ changed }) => changed,
  };
}
