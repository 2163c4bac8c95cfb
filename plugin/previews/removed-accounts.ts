import type { Knex } from 'knex';

/** Previews hold names of rows, which whoever made them may have seen. The command line's have no account. */
export function orOfRemovedAccounts(previews: Knex.QueryBuilder): void {
  void previews.orWhere((removed) => {
    void removed.where('account_id', '>', 0).whereNull('owner_id');
  });
}
