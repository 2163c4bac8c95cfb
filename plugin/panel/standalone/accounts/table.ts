import type { Knex } from 'knex';
import type { Cell, Table } from '../../../tables/table.js';
import { accountSearch, accountsWithin } from '../../directory/account-lists.js';
import { pickablePlans, pickableResellers } from '../../directory/pickables.js';
import { type AccessRow, accessFrom } from '../access/access.js';
import { invitedUntil } from '../access/access-store.js';
import { accountRoles } from './forms.js';
import type { Language } from '../../../web/locale.js';

export interface AccountListRow extends AccessRow {
  readonly id: number;
  readonly login: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly suspended: number;
  readonly reseller_login: string | null;
  readonly reseller_suspended: number | null;
  readonly plan_name: string | null;
}

/** Without mail users, who are created and removed with their mailboxes. */
export const accountTable: Table<AccountListRow> = {
  key: 'accounts',
  defaultSort: 'login',
  id: 'accounts.id',
  idOf: ({ id }) => id,
  search: accountSearch,
  filters: [
    {
      key: 'role',
      kind: 'choice',
      label: 'accounts.columns.role',
      options: Object.fromEntries(accountRoles.map((role) => [role, role])),
      sql: 'accounts.role',
      indexed: ['all'],
      text: (option, { t }) => t(`accounts.roles.${option}`),
    },
    {
      key: 'reseller',
      kind: 'thing',
      label: 'accounts.columns.reseller',
      of: pickableResellers,
      sql: 'accounts.parent_id',
      indexed: ['all'],
    },
    {
      key: 'plan',
      kind: 'thing',
      label: 'accounts.columns.plan',
      of: pickablePlans,
      sql: 'accounts.plan_id',
      indexed: ['all'],
    },
    {
      key: 'status',
      kind: 'choice',
      label: 'accounts.columns.status',
      options: { active: 0, suspended: 1 },
      sql: 'accounts.suspended',
      text: (option, { t }) => t(`accounts.status.${option}`),
    },
  ],
  columns: [
    {
      key: 'login',
      sortBy: ['accounts.login'],
      cell: (row) => ({ text: row.login, href: `/accounts/${row.id}` }),
    },
    {
      key: 'name',
      sortBy: ['accounts.name', 'accounts.login'],
      cell: (row) => ({ text: row.name }),
    },
    {
      key: 'role',
      sortBy: ['accounts.role', 'accounts.login'],
      cell: (row, { t }) => ({ text: t(`accounts.roles.${row.role}`) }),
    },
    // Names of other rows: whoever renames a plan would rewrite all of its accounts. The filters find them.
    { key: 'reseller', cell: (row) => ({ text: row.reseller_login ?? '–' }) },
    { key: 'plan', cell: (row) => ({ text: row.plan_name ?? '–' }) },
    { key: 'status', sortBy: ['accounts.suspended', 'accounts.login'], cell: status },
    {
      key: 'access',
      sortBy: ['accounts.signed_in_at', 'accounts.login'],
      mayBeNull: true,
      cell: access,
    },
  ],
  within: accountsWithin,
  from: (db: Knex) =>
    accounts(db)
      .leftJoin('accounts as resellers', 'resellers.id', 'accounts.parent_id')
      .leftJoin('plans', 'plans.id', 'accounts.plan_id')
      .select(
        'accounts.id',
        'accounts.login',
        'accounts.name',
        'accounts.email',
        'accounts.role',
        'accounts.suspended',
        'resellers.login as reseller_login',
        'resellers.suspended as reseller_suspended',
        'plans.name as plan_name',
        'accounts.invited_at',
        'accounts.signed_in_at',
        invitedUntil(db),
      ),
  countFrom: accounts,
};

function accounts(db: Knex): Knex.QueryBuilder {
  return db('accounts').whereNot('accounts.role', 'mail-user');
}

function status(row: AccountListRow, { t }: Language): Cell {
  if (row.suspended === 1) {
    return { text: t('accounts.status.suspended'), status: 'bad' };
  }
  return row.reseller_suspended === 1
    ? { text: t('accounts.status.with-reseller'), status: 'bad' }
    : { text: t('accounts.status.active'), status: 'good' };
}

function access(row: AccountListRow, { t, date }: Language): Cell {
  const found = accessFrom(row);
  const at = 'until' in found ? found.until : 'at' in found ? found.at : undefined;
  const text = t(`accounts.access-short.${found.kind}`, {
    when: at === undefined ? '' : date(at),
  });
  return found.kind === 'invitation-ended' ? { text, status: 'off' } : { text };
}
