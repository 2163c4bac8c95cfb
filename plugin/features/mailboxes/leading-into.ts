import type { Owned } from '../../panel/directory/account-store.js';
import { type Surroundings, ofOthers } from '../../panel/directory/leading-into.js';

/** Aliases of other domains with targets in this one. */
export async function aliasesInto({ db, ...around }: Surroundings): Promise<Owned> {
  const into = db('alias_targets')
    .where('target', 'like', `%@${around.domain.name}`)
    .select('alias_id');
  const aliases = db('aliases as a')
    .join('domains as d', 'd.id', 'a.domain_id')
    .whereIn('a.id', into)
    .select(db.raw('COALESCE(a.utf8_address, a.address) AS name'))
    .orderBy('a.address');
  return await ofOthers(aliases, around);
}
