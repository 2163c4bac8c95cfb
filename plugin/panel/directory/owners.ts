import type { Knex } from 'knex';

/** The rows of a table with their owners' accounts, as `owners`. */
export function withOwners(db: Knex, table: string): Knex.QueryBuilder {
  // Not an inner join: MariaDB would start with the owners and sort all of their rows.
  return db(table).leftJoin('accounts as owners', 'owners.id', `${table}.owner_id`);
}
