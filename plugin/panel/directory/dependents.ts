import type { Knex } from 'knex';

/** Numbers of accounts, domains and mailboxes that depend on an account, itself included. */
export interface Dependents {
  readonly accounts: number;
  readonly domains: number;
  readonly mailboxes: number;
}

/** @param db to read from; mail users are not counted as accounts, but with their mailboxes. */
export async function countDependents(db: Knex, accountId: number): Promise<Dependents> {
  return {
    accounts: await count(
      db('accounts').where({ id: accountId }).orWhere({ parent_id: accountId }),
    ),
    domains: await count(within(db('domains'), accountId)),
    mailboxes: await count(mailboxesOf(db, accountId)),
  };
}

async function count(rows: Knex.QueryBuilder): Promise<number> {
  const [row] = await rows.count<{ n: number }[]>('* as n');
  return Number(row?.n);
}

/** All accounts that depend on an account: itself, its customers, and the mail users of their domains. */
export function dependentsOf(tx: Knex, accountId: number): Knex.QueryBuilder {
  return tx('accounts')
    .where({ id: accountId })
    .orWhere({ parent_id: accountId })
    .orWhereIn('mailbox_id', mailboxesOf(tx, accountId).select('mailboxes.id'))
    .select('id');
}

function mailboxesOf(db: Knex, accountId: number): Knex.QueryBuilder {
  return within(db('mailboxes').join('domains', 'domains.id', 'mailboxes.domain_id'), accountId);
}

function within(domains: Knex.QueryBuilder, accountId: number): Knex.QueryBuilder {
  return domains.where('domains.owner_id', accountId).orWhere('domains.reseller_id', accountId);
}
