import type { Knex } from 'knex';
import { type Scope, scopeColumn } from '../../viewing/scope.js';
import type { Owned } from './account-store.js';
import type { DomainRow } from './domain.js';

/** What forwards into a domain from others: aliases, and domains that forward mail for unknown recipients. */
export interface LeadingInto {
  readonly aliases: Owned;
  readonly forwarding: Owned;
}

const mostNamed = 5;

/** As far as the scope can see it. */
export async function leadingInto(
  db: Knex,
  scope: Scope,
  { id, name }: Pick<DomainRow, 'id' | 'name'>,
): Promise<LeadingInto> {
  const into = `%@${name}`;
  const owner = scopeColumn(scope);
  const others = (query: Knex.QueryBuilder): Knex.QueryBuilder =>
    query
      .whereNot('d.id', id)
      .where(owner === undefined ? {} : { [`d.${owner.column}`]: owner.accountId });
  const aliases = db('aliases as a')
    .join('domains as d', 'd.id', 'a.domain_id')
    .whereIn('a.id', db('alias_targets').where('target', 'like', into).select('alias_id'))
    .select(db.raw('COALESCE(a.utf8_address, a.address) AS name'))
    .orderBy('a.address');
  const forwarding = db('domains as d')
    .where({ 'd.unknown_policy': 'forward' })
    .where('d.forward_to', 'like', into)
    .select(db.raw('COALESCE(d.utf8_name, d.name) AS name'))
    .orderBy('d.name');
  return { aliases: owned(await others(aliases)), forwarding: owned(await others(forwarding)) };
}

function owned(rows: readonly { readonly name: string }[]): Owned {
  return { count: rows.length, names: rows.slice(0, mostNamed).map(({ name }) => name) };
}
