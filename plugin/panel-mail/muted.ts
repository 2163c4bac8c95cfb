import type { Knex } from 'knex';

/** The kinds of mails that an account has switched off. */
export async function mutedKinds(db: Knex, accountId: number): Promise<ReadonlySet<string>> {
  return new Set<string>(await db('muted_mails').where({ account_id: accountId }).pluck('kind'));
}
