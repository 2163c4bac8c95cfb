import type { Knex } from 'knex';
import { type Scope, scopeColumn } from '../../viewing/scope.js';
import type { Lookup } from '../../mail-server/routing/route.js';

/**
 * Looks up in the views, as the mail servers do or, in a transaction, will do. Domains outside of the scope count as
 * foreign.
 */
export function viewLookup(db: Knex, scope: Scope): Lookup {
  const owner = scopeColumn(scope);
  return async (view, key) => {
    const rows = db(view)
      .join('domains', 'domains.id', `${view}.domain_id`)
      .where(`${view}.lookup_key`, key);
    if (owner !== undefined) {
      rows.where(`domains.${owner.column}`, owner.accountId);
    }
    return await rows.pluck<string[]>(
      view === 'dovecot_users' ? `${view}.address` : `${view}.result`,
    );
  };
}
