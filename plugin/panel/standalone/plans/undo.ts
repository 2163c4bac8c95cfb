import type { Knex } from 'knex';
import type { EntryFields } from '../../../changes/entry.js';
import type { Json } from '../../../jobs/kind.js';
import { type EntryToUndo, type UndoAction, undoTexts } from '../../../previews/undo.js';
import type { Scope } from '../../../viewing/scope.js';
import { type Plan, planNumbers } from '../../directory/plan.js';
import type { PlanStore } from '../../directory/plan-store.js';
import { auditFields } from './audit-fields.js';
import { onPlans } from './rows-plans.js';

/** Undoes changes of plans, and the lowering of custom values that came with them. */
export function undoOfPlans(store: PlanStore): UndoAction {
  const action: UndoAction['action'] = { ...onPlans(store), ...undoTexts, key: 'plan' };
  return {
    undoes: ['plan.changed'],
    action,
    rowsOf: async (db, scope, entries) => {
      const plans = await plansOf(store, db, scope);
      return entries.flatMap((entry) => {
        const plan = plans(entry);
        if (plan === undefined) {
          return [];
        }
        const current = auditFields(plan);
        const wanted = {
          plan: planIn({ ...current, ...entry.before }),
          restores: entry.group,
        };
        return [{ entry, id: plan.id, current, wanted }];
      });
    },
  };
}

/** Older entries record no ID. */
async function plansOf(
  store: PlanStore,
  db: Knex,
  scope: Scope,
): Promise<(entry: EntryToUndo) => Plan | undefined> {
  const plans = await store.list(scope, db);
  return ({ thingId, after, subject }) =>
    plans.find(({ id, name }) =>
      thingId === undefined ? name === String(after['name'] ?? subject) : id === thingId,
    );
}

/** A plan from the fields that entries record. */
function planIn(recorded: EntryFields): Json {
  const list = (name: string): readonly string[] =>
    String(recorded[name] ?? '')
      .split(', ')
      .filter((each) => each !== '');
  const numbers = planNumbers.flatMap((name) => {
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
