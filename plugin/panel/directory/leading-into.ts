import type { Knex } from 'knex';
import { type Scope, scopeColumn } from '../../viewing/scope.js';
import type { Owned } from './account-store.js';
import type { DomainRow } from './domain.js';

/** A domain, and the viewer's scope of other domains. */
export interface Surroundings {
  readonly db: Knex;
  readonly scope: Scope;
  readonly domain: Pick<DomainRow, 'id' | 'name'>;
}

/** What forwards mail into a domain from other domains, by kind. */
export type LeadingInto = Readonly<Record<string, Owned>>;

const mostNamed = 5;

/** The number of rows of a query joining `domains as d` in other domains within the scope, and the first names. */
export async function ofOthers(
  query: Knex.QueryBuilder,
  { scope, domain }: Pick<Surroundings, 'scope' | 'domain'>,
): Promise<Owned> {
  const owner = scopeColumn(scope);
  const rows: readonly { readonly name: string }[] = await query
    .whereNot('d.id', domain.id)
    .where(owner === undefined ? {} : { [`d.${owner.column}`]: owner.accountId });
  return { count: rows.length, names: rows.slice(0, mostNamed).map(({ name }) => name) };
}
