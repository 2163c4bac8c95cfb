import type { Knex } from 'knex';

/** In a transaction, locks what the query reads until its end (FOR SHARE): a plain read may be of an older state. */
export function shared<Query extends Knex.QueryBuilder>(db: Knex, query: Query): Query {
  if (db.isTransaction) {
    query.forShare();
  }
  return query;
}

/** In a transaction, locks what the query reads until its end (FOR UPDATE): previews read without. */
export function held<Query extends Knex.QueryBuilder>(db: Knex, query: Query): Query {
  if (db.isTransaction) {
    query.forUpdate();
  }
  return query;
}
