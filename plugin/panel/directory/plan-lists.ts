import type { Knex } from 'knex';
import type { Engine } from '../../database/engine.js';
import type { Scope } from '../../viewing/scope.js';
import { accountsWithin } from './account-lists.js';

const limits = [
  'max_mailboxes',
  'max_aliases',
  'max_quota_bytes',
  'max_messages',
  'max_message_bytes',
  'max_smtp_servers',
] as const;

/**
 * The plans of a scope: a reseller's are those that it can assign, as `isWithin` of plans decides, and those that its
 * accounts have. Without a plan of its own, it can assign any. Others, who assign none, have none.
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
  const exceeds = [
    ...limits.map(
      (limit) =>
        `(own.${limit} IS NOT NULL AND (plans.${limit} IS NULL OR plans.${limit} > own.${limit}))`,
    ),
    ...['permissions', 'webmails'].map(
      (list) => `NOT (${engine.listIsWithin(`plans.${list}`, `own.${list}`)})`,
    ),
  ];
  query.where((plans) => {
    void plans
      .whereNotExists((beyond) => {
        void beyond
          .select('own.id')
          .from('accounts')
          .join('plans as own', 'own.id', 'accounts.plan_id')
          .where('accounts.id', accountId)
          .whereRaw(`(${exceeds.join(' OR ')})`);
      })
      .orWhereExists((used) => {
        void used.select('accounts.id').from('accounts').whereRaw('accounts.plan_id = plans.id');
        accountsWithin(used, scope, accountId);
      });
  });
}
