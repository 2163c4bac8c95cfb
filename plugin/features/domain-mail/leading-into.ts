import type { Owned } from '../../panel/directory/account-store.js';
import { type Surroundings, ofOthers } from '../../panel/directory/leading-into.js';
import { whereLeading } from './policies/leading.js';

/** Other domains that forward mail for unknown recipients to this one. */
export async function forwardingInto({ db, ...around }: Surroundings): Promise<Owned> {
  const domains = db('domains as d')
    .select(db.raw('COALESCE(d.utf8_name, d.name) AS name'))
    .orderBy('d.name');
  const into = `%@${around.domain.name}`;
  return await ofOthers(
    whereLeading(domains, (each, column) => each.where(column, 'like', into)),
    around,
  );
}
