import type { Knex } from 'knex';
import type { FieldError } from '../../../errors.js';
import { foldText } from '../../../database/fold-text.js';
import {
  type Plan,
  type PlanNumbers,
  limitsBeyond,
  outgoingNumbers,
  planlessLimits,
} from '../../directory/plan.js';
import type { NewPlan, PlanStore } from '../../directory/plan-store.js';
import { fieldOf } from './forms.js';

/** What a plan's refusals depend on beside the plan. */
export interface PlanFacts {
  /** All plans. */
  readonly plans: readonly Plan[];
  /** The plan of the reseller that the plan belongs to; null if that has none, undefined for an administrator's. */
  readonly own: Plan | null | undefined;
}

/** @param ownerId the reseller that a plan belongs to. */
export async function factsAbout(
  store: PlanStore,
  ownerId: number | undefined,
  db?: Knex,
): Promise<PlanFacts> {
  const plans = await store.list({ kind: 'all' }, db);
  return {
    plans,
    own: ownerId === undefined ? undefined : ((await store.ofAccount(ownerId, db)) ?? null),
  };
}

/** Why a plan cannot be like this, by field. */
export function planRefusals(
  plan: NewPlan,
  { plans, own }: PlanFacts,
  id?: number,
): Readonly<Record<string, FieldError | undefined>> {
  return {
    name: nameRefusal(plan, plans, id),
    ...presetRefusals(plan),
    ...(own !== undefined && beyondOwn(plan, own ?? undefined)),
  };
}

/** Names of an owner's plans that differ only in case or accents look the same. */
function nameRefusal(
  { name, ownerId }: NewPlan,
  plans: readonly Plan[],
  id?: number,
): FieldError | undefined {
  return plans.some(
    (plan) => plan.id !== id && plan.ownerId === ownerId && foldText(plan.name) === foldText(name),
  )
    ? { key: 'plans.errors.taken' }
    : undefined;
}

function presetRefusals(plan: PlanNumbers): Readonly<Record<string, FieldError>> {
  return Object.fromEntries(
    Object.values(outgoingNumbers).flatMap(({ preset, most }) => {
      const count = plan[most];
      const isAbove = count !== undefined && (plan[preset] ?? count) > count;
      return isAbove
        ? [[preset, { key: 'plans.errors.preset-above-most', args: { count } }] as const]
        : [];
    }),
  );
}

/** A reseller's plans stay within its own, or within what one without may give. */
function beyondOwn(plan: NewPlan, own: Plan | undefined): Readonly<Record<string, FieldError>> {
  const most: PlanNumbers = own ?? planlessLimits;
  const numbers = limitsBeyond(plan, most).map((limit) => {
    const count = Math.floor((most[limit] ?? 0) / (limit.endsWith('Bytes') ? 1024 ** 2 : 1));
    return [fieldOf(limit), { key: 'plans.errors.beyond-own', args: { count } }] as const;
  });
  const lists = (['permissions', 'webmails'] as const).flatMap((list) => {
    const box = list === 'permissions' ? 'permission' : 'webmail';
    return plan[list]
      .filter((id) => own !== undefined && !own[list].includes(id))
      .map((id) => [`${box}.${id}`, { key: 'plans.errors.not-in-own' }] as const);
  });
  return Object.fromEntries([...numbers, ...lists]);
}
