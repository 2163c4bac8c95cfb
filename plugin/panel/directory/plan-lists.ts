import type { Knex } from 'knex';
import type { Engine } from '../../database/engine.js';
import type { Scope } from '../../viewing/scope.js';
import { accountsWithin } from './account-lists.js';
import { type PlanNumbers, limits, planlessLimits } from './plan.js';
import { numberColumns } from './rows.js';

/**
 * The plans of a scope: a reseller's are its own, those that it can assign, as `mayPassOn` decides, and those that its
 * accounts have. Others, who assign none, have none.
 */
export function plansWithin(
  query: Knex.QueryBuilder,
  scope: Scope,
  accountId: Knex.Value,
  engine: Engine,
): void {
  if (scope.kind === 'all') {
    return;
  }
  if (scope.kind !== 'reseller') {
    query.whereRaw('1 = 0');
    return;
  }
  query.where((plans) => {
    void plans.whereNull('plans.owner_id').orWhere('plans.owner_id', accountId);
  });
  query.where((plans) => {
    void plans
      .where('plans.owner_id', accountId)
      .orWhereNotExists((beyond) => {
        void beyond
          .select('accounts.id')
          .from('accounts')
          .leftJoin('plans as own', 'own.id', 'accounts.plan_id')
          .where('accounts.id', accountId)
          .whereRaw(exceedsOwn(engine));
      })
      .orWhereExists((used) => {
        void used.select('accounts.id').from('accounts').whereRaw('accounts.plan_id = plans.id');
        accountsWithin(used, scope, accountId);
      });
  });
}

/** The condition that `plans` grants more than the plan `own`, if there is one. */
function exceedsOwn(engine: Engine): string {
  const exceeded = [
    ...limits.map((limit) => {
      const column = numberColumns[limit];
      const most = `CASE WHEN own.id IS NULL THEN ${planless[limit] ?? 'NULL'} ELSE own.${column} END`;
      return `(${most} IS NOT NULL AND (plans.${column} IS NULL OR plans.${column} > ${most}))`;
    }),
    ...['permissions', 'webmails'].map(
      (list) =>
        `(own.id IS NOT NULL AND NOT (${engine.listIsWithin(`plans.${list}`, `own.${list}`)}))`,
    ),
  ];
  return `(${exceeded.join(' OR ')})`;
}

const planless: PlanNumbers = planlessLimits;
