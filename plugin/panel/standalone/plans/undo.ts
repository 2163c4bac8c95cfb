import type { Knex } from 'knex';
import type { Changing } from '../../../changes/changes.js';
import type { Agreed, Decision } from '../../../changes/decision.js';
import type { EntryFields } from '../../../changes/entry.js';
import type { Asked, RowsVerb } from '../../../changes/verb.js';
import type { Json } from '../../../jobs/kind.js';
import { type UndoAction, undoTexts } from '../../../previews/undo.js';
import type { Viewer } from '../../../viewing/viewer.js';
import { limits } from '../../directory/plan.js';
import type { NewPlan, PlanStore } from '../../directory/plan-store.js';
import { auditFields } from './audit-fields.js';
import { type PlanChanged, type PlanSubject, PlanChange } from './plan-change.js';

/** As a preview stores it: without the limits that there are not. */
interface Wanted {
  readonly plan: NewPlan;
}

/** Changes plans as an action on rows does. */
class RowsPlans implements RowsVerb<PlanSubject, Wanted, PlanChanged, void> {
  readonly #plans: PlanStore;
  readonly #verb: PlanChange;

  constructor(plans: PlanStore) {
    this.#plans = plans;
    this.#verb = new PlanChange(plans);
  }

  async load(): Promise<undefined> {}

  async read(
    db: Knex,
    _asked: Asked<Wanted>,
    ids: readonly number[],
  ): Promise<readonly PlanSubject[]> {
    const plans = await this.#plans.list(db);
    return plans.filter(({ id }) => ids.includes(id)).map((before) => ({ before, plans }));
  }

  decide(viewer: Viewer, subject: PlanSubject, { plan }: Wanted): Decision<PlanChanged> {
    const { version } = subject.before;
    return this.#verb.decide(viewer, subject, { plan, version });
  }

  async write(changing: Changing, decision: Agreed<PlanChanged>): Promise<void> {
    await this.#verb.write(changing, decision);
  }
}

/** Undoes changes of plans. */
export function undoOfPlans(plans: PlanStore): UndoAction {
  return {
    undoes: ['plan.changed'],
    action: {
      ...undoTexts,
      key: 'plan',
      permission: 'plans.manage',
      thing: 'plan',
      verb: new RowsPlans(plans),
      idOf: ({ before }: PlanSubject) => before.id,
      nameOf: ({ before }: PlanSubject) => before.name,
      versionOf: ({ before }: PlanSubject) => before.version,
      changeOf: ({ changed }: PlanChanged) => changed,
    },
    rowsOf: async (db, _scope, entries) => {
      const known = new Map((await plans.list(db)).map((plan) => [plan.name, plan]));
      return entries.flatMap((entry) => {
        const plan = known.get(String(entry.after['name'] ?? entry.subject));
        if (plan === undefined) {
          return [];
        }
        const current = auditFields(plan);
        const wanted = { plan: planIn({ ...current, ...entry.before }) };
        return [{ entry, id: plan.id, current, wanted }];
      });
    },
  };
}

/** A plan from the fields that entries record. */
function planIn(recorded: EntryFields): Json {
  const list = (name: string): readonly string[] =>
    String(recorded[name] ?? '')
      .split(', ')
      .filter((each) => each !== '');
  const numbers = limits.flatMap((name) => {
    const value = recorded[name] ?? null;
    return value === null ? [] : [[name, Number(value)] as const];
  });
  return {
    name: String(recorded['name'] ?? ''),
    permissions: list('permissions'),
    webmails: list('webmails'),
    ...Object.fromEntries(numbers),
  };
}
