import type { Knex } from 'knex';
import type { Database } from '../../../database/database.js';
import type { Preview } from '../../../previews/preview.js';
import type { Language } from '../../../web/locale.js';
import { type PlanRow, planFrom } from '../../directory/rows.js';
import { type Accounts, affectedByPlacement } from '../plans/affected.js';
import { consequencesOf } from '../plans/consequences.js';
import type { AccountForm } from './forms.js';

/** Who and what depends on the accounts that a preview suspends. */
export async function dependentsAfter(
  { knex }: Database,
  { id }: Preview,
  { t }: Language,
): Promise<readonly string[]> {
  const rows = (): Knex.QueryBuilder => changing(knex, id);
  const domains = (): Knex.QueryBuilder =>
    knex('domains').whereIn('owner_id', rows()).orWhereIn('reseller_id', rows());
  const counts = {
    accounts: await count(knex('accounts').whereIn('id', rows()).orWhereIn('parent_id', rows())),
    domains: await count(domains()),
    mailboxes: await count(knex('mailboxes').whereIn('domain_id', domains().select('domains.id'))),
  };
  const told = Object.entries(counts).map(([name, n]) => [
    name,
    t(`accounts.suspension.${name}`, { count: n }),
  ]);
  return [t('accounts.suspension.text', Object.fromEntries(told))];
}

/** What another plan changes for the accounts of a preview, and for their customers. */
export async function consequencesAfter(
  { knex: db }: Database,
  { id, wanted, isCounted, appliedAt }: Preview,
  language: Language,
): Promise<readonly string[]> {
  if (!isCounted || appliedAt !== undefined) {
    return [];
  }
  const { plan, excess }: Partial<Pick<AccountForm, 'plan' | 'excess'>> = Object(wanted);
  const row = await db<PlanRow>('plans')
    .where({ id: Number(plan ?? 0) })
    .first();
  const accounts: Accounts = (tx) => tx('accounts').whereIn('accounts.id', changing(tx, id));
  const affected = await affectedByPlacement(db, accounts, row && planFrom(row));
  return await consequencesOf({ db, affected, excess: excess ?? 'keep' }, language);
}

function changing(db: Knex, previewId: number): Knex.QueryBuilder {
  return db('preview_rows as p')
    .join('preview_classes as c', (on) =>
      on.on('c.preview_id', 'p.preview_id').andOn('c.number', 'p.class'),
    )
    .where({ 'p.preview_id': previewId, 'c.kind': 'will-change' })
    .select('p.row_id');
}

async function count(rows: Knex.QueryBuilder): Promise<number> {
  const [row] = await rows.count<{ n: number }[]>('* as n');
  return Number(row?.n);
}
