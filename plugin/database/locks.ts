import type { Knex } from 'knex';

/**
 * Locks an account (FOR UPDATE), so that what it has stays true until the transaction ends. Must come before the reads
 * that count: earlier ones may be outdated.
 */
export async function holdAccount(tx: Knex, accountId: number): Promise<void> {
  await tx('accounts').where({ id: accountId }).forUpdate().first('id');
}

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
