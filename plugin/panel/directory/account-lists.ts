import type { Knex } from 'knex';
import type { TableSearch } from '../../tables/table.js';
import type { Scope } from '../../viewing/scope.js';

/** Search index of accounts. It leaves out mail users. */
export const accountSearch: TableSearch = {
  column: 'accounts.search_text',
  id: 'accounts.id',
  index: { table: 'accounts_search', scopes: ['all', 'reseller'] },
};

/** The accounts of a scope: a reseller's are itself and its customers. */
export function accountsWithin(
  query: Knex.QueryBuilder,
  scope: Scope,
  accountId: Knex.Value,
): void {
  if (scope.kind !== 'all') {
    query.where((own) => {
      void own.where('accounts.parent_id', accountId).orWhere('accounts.id', accountId);
    });
  }
}
