import type { Knex } from 'knex';
import type { Lookup } from './route.js';

/** Looks up in the views themselves, so that what is not committed yet can be tried in its transaction. */
export function viewLookup(db: Knex): Lookup {
  return async (view, key) =>
    await db(view)
      .where('lookup_key', key)
      .pluck<string[]>(view === 'dovecot_users' ? 'address' : 'result');
}
