import type { Knex } from 'knex';
import { type Scope, scopeColumn } from '../../viewing/scope.js';
import type { Owned } from './account-store.js';
import type { DomainRow } from './domain.js';

/** A domain, and whose view of the others counts. */
export interface Surroundings {
  readonly db: Knex;
  readonly scope: Scope;
  readonly domain: Pick<DomainRow, 'id' | 'name'>;
}

/** What forwards into a domain from others, by kind. */
export type LeadingInto = Readonly<Record<string, Owned>>;

const mostNamed = 5;

/** How many rows of a query that joins `domains as d` belong to other domains within the scope, and the first names. */
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
