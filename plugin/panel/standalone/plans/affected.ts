import type { Knex } from 'knex';
import { roles } from '../../../manifest.js';
import { EffectivePlan, type PlansOf } from '../../directory/effective-plan.js';
import { type Plan, type Sender, planNumbers } from '../../directory/plan.js';
import type { NewPlan } from '../../directory/plan-store.js';
import { type PlanRow, planFrom } from '../../directory/rows.js';

/** Selects accounts. */
export type Accounts = (db: Knex) => Knex.QueryBuilder;

/** Accounts for which a change of plans changes the same. */
export interface Affected {
  readonly accounts: Accounts;
  readonly before: EffectivePlan;
  readonly after: EffectivePlan;
  /** Whether they are customers of resellers whose plan is another one. */
  readonly isThroughReseller: boolean;
}

interface Alike {
  readonly accounts: Accounts;
  readonly plans: PlansOf;
}

interface AlikeRow {
  readonly role: string;
  readonly plan_id: number | null;
  readonly has_parent: number;
  readonly parent_plan_id: number | null;
}

/** The accounts that have a plan, and the customers of resellers that have it, with what it becomes. */
export async function affectedByPlan(
  db: Knex,
  before: Plan,
  after: NewPlan,
): Promise<readonly Affected[]> {
  const { id } = before;
  const changed = { ...before, ...withoutNumbers, ...after };
  const renewed = (plan: Plan | undefined): Plan | undefined => (plan?.id === id ? changed : plan);
  return (await alike(db, accountsUnder(id))).flatMap(({ accounts, plans }) => {
    const { reseller, plan } = plans;
    const then = {
      ...plans,
      plan: renewed(plan),
      reseller: reseller && { ...reseller, plan: renewed(reseller.plan) },
    };
    const [was, is] = [new EffectivePlan(plans), new EffectivePlan(then)];
    return affectedIf(accounts, was, is, plan?.id !== id);
  });
}

/** The accounts that have a plan, and the customers of resellers that have it. */
export function accountsUnder(planId: number): Accounts {
  return (db) =>
    db('accounts').where((either) => {
      void either
        .where('accounts.plan_id', planId)
        .orWhereIn('accounts.parent_id', having(db, planId));
    });
}

/** Accounts that get another plan, and the customers of those that are resellers. */
export async function affectedByPlacement(
  db: Knex,
  accounts: Accounts,
  plan: Plan | undefined,
): Promise<readonly Affected[]> {
  const ids = (tx: Knex): Knex.QueryBuilder => accounts(tx).select('accounts.id');
  const found: Affected[] = [];
  const kinds: readonly { readonly isGiven: boolean; readonly isOfGiven: boolean }[] = [
    { isGiven: true, isOfGiven: false },
    { isGiven: true, isOfGiven: true },
    { isGiven: false, isOfGiven: true },
  ];
  for (const { isGiven, isOfGiven } of kinds) {
    const some: Accounts = (tx) => {
      const rows = isGiven ? accounts(tx) : tx('accounts').whereNotIn('accounts.id', ids(tx));
      return isOfGiven
        ? rows.whereIn('accounts.parent_id', ids(tx))
        : rows.where((own) => {
            void own.whereNull('accounts.parent_id').orWhereNotIn('accounts.parent_id', ids(tx));
          });
    };
    for (const each of await alike(db, some)) {
      const { reseller } = each.plans;
      const then = {
        ...each.plans,
        ...(isGiven && { plan }),
        reseller: reseller && (isOfGiven ? { ...reseller, plan } : reseller),
      };
      const [before, after] = [new EffectivePlan(each.plans), new EffectivePlan(then)];
      found.push(...affectedIf(each.accounts, before, after, !isGiven));
    }
  }
  return found;
}

/** Nothing if these plans come to the same. */
export function affectedIf(
  accounts: Accounts,
  before: EffectivePlan,
  after: EffectivePlan,
  isThroughReseller: boolean,
): readonly Affected[] {
  return contentOf(before) === contentOf(after)
    ? []
    : [{ accounts, before, after, isThroughReseller }];
}

const withoutNumbers = Object.fromEntries(planNumbers.map((name) => [name, undefined]));

const senders: readonly Sender[] = ['mailbox', 'domain', 'account'];

function contentOf(plan: EffectivePlan): string {
  const presets = senders.map((each) => plan.outgoing(each, undefined).value);
  const lists = [plan.permissions, plan.webmails].map((list) =>
    typeof list === 'string' ? list : list.toSorted(),
  );
  return JSON.stringify([...lists, plan.limits, presets]);
}

/** These accounts by what they have; mail users and administrators have no plan. */
async function alike(db: Knex, accounts: Accounts): Promise<readonly Alike[]> {
  const rows: readonly AlikeRow[] = await accounts(db)
    .leftJoin('accounts as parents', 'parents.id', 'accounts.parent_id')
    .whereIn('accounts.role', planned)
    .groupBy('accounts.role', 'accounts.plan_id', 'parents.plan_id')
    .groupByRaw('accounts.parent_id IS NOT NULL')
    .select('accounts.role', 'accounts.plan_id', 'parents.plan_id as parent_plan_id')
    .select(db.raw('accounts.parent_id IS NOT NULL AS has_parent'));
  const plans = await plansById(db, rows);
  return rows.map((row) => ({
    accounts: (tx) => alikeRows(tx, accounts, row),
    plans: {
      role: roles.find((each) => each === row.role) ?? 'customer',
      plan: plans.get(row.plan_id ?? 0),
      reseller:
        row.has_parent === 0 ? undefined : { login: '', plan: plans.get(row.parent_plan_id ?? 0) },
    },
  }));
}

const planned = ['customer', 'reseller'];

function alikeRows(tx: Knex, accounts: Accounts, row: AlikeRow): Knex.QueryBuilder {
  const rows = accounts(tx).where({
    'accounts.role': row.role,
    'accounts.plan_id': row.plan_id,
  });
  return row.has_parent === 0
    ? rows.whereNull('accounts.parent_id')
    : rows.whereIn('accounts.parent_id', having(tx, row.parent_plan_id));
}

/** The IDs of accounts that have a plan, or none. */
function having(tx: Knex, planId: number | null): Knex.QueryBuilder {
  return tx('accounts as resellers').where({ 'resellers.plan_id': planId }).select('resellers.id');
}

async function plansById(db: Knex, rows: readonly AlikeRow[]): Promise<ReadonlyMap<number, Plan>> {
  const ids = rows.flatMap((row) => [row.plan_id ?? 0, row.parent_plan_id ?? 0]);
  const found: readonly PlanRow[] = await db<PlanRow>('plans').whereIn('id', [...new Set(ids)]);
  return new Map(found.map((row) => [row.id, planFrom(row)]));
}
