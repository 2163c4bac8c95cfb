import type { Knex } from 'knex';
import { withOwners } from '../../panel/directory/owners.js';
import { pickableAccounts, pickablePlans } from '../../panel/directory/pickables.js';
import type { Filter } from '../../tables/filter.js';
import type { Cell, Table } from '../../tables/table.js';
import { type Language, keyed } from '../../web/locale.js';
import { policies } from '../domain-mail/index.js';
import { pickableServers } from '../smtp-servers/index.js';

export interface DomainListRow {
  readonly id: number;
  readonly name: string;
  readonly utf8_name: string | null;
  readonly sort_name: string;
  readonly mail_enabled: number;
  readonly suspended: number;
  readonly unknown_policy: string;
  readonly created_at: number;
  readonly owner_name: string;
  readonly mailboxes: number;
}

const policyKey = keyed((policy) => `domain-mail.policies.${policy}.short`);

const byOwner: Filter = {
  key: 'owner',
  kind: 'thing',
  label: 'domains.columns.owner',
  of: pickableAccounts,
  sql: 'domains.owner_id',
  indexed: ['all', 'reseller'],
};

const byPlan: Filter = {
  key: 'plan',
  kind: 'thing',
  label: 'accounts.columns.plan',
  of: pickablePlans,
  sql: '(SELECT plan_id FROM accounts WHERE accounts.id = domains.owner_id)',
};

const byMail: Filter = {
  key: 'mail',
  kind: 'choice',
  label: 'domains.columns.mail',
  options: { on: 1, off: 0 },
  sql: 'domains.mail_enabled',
  indexed: ['all', 'reseller', 'owner'],
  text: (option, { t }) => t(option === 'on' ? 'domains.status.on' : 'domains.status.off'),
};

const byPolicy: Filter = {
  key: 'policy',
  kind: 'choice',
  label: 'domains.columns.unknown',
  get options() {
    return Object.fromEntries(policies.map(({ key }) => [key, key]));
  },
  sql: 'domains.unknown_policy',
  indexed: ['all', 'reseller', 'owner'],
  text: (option, { t }) => t(policyKey(option)),
};

const byRelay: Filter = {
  key: 'relay',
  kind: 'thing',
  label: 'domains.server',
  of: pickableServers,
  sql: 'domains.relay_id',
  indexed: ['all', 'reseller', 'owner'],
};

const byOutgoing: Filter = {
  key: 'outgoing',
  kind: 'choice',
  label: 'domains.outgoing.label',
  options: { direct: 0, server: 1 },
  sql: '(domains.relay_id IS NOT NULL)',
  text: (option, { t }) => t(`domains.outgoing.${option}`),
};

const bySuspension: Filter = {
  key: 'suspended',
  kind: 'choice',
  label: 'domains.status.suspended',
  options: { yes: 1, no: 0 },
  sql: 'domains.suspended',
  indexed: ['all'],
  text: (option, { t }) => t(`form.${option}`),
};

const byMailboxes: Filter = {
  key: 'mailboxes',
  kind: 'choice',
  label: 'domains.columns.mailboxes',
  options: { suspended: 1 },
  sql: '(domains.id IN (SELECT domain_id FROM mailboxes WHERE suspended = 1))',
  text: (option, { t }) => t(`domains.mailbox-states.${option}`),
};

const byCreation: Filter = {
  key: 'created',
  kind: 'range',
  measure: 'date',
  label: 'domains.columns.created',
  sql: 'domains.created_at',
};

export const domainTable: Table<DomainListRow> = {
  key: 'domains',
  defaultSort: 'name',
  id: 'domains.id',
  idOf: ({ id }) => id,
  search: {
    column: 'domains.search_text',
    id: 'domains.id',
    index: { table: 'domains_search' },
  },
  filters: [
    byOwner,
    byPlan,
    byMail,
    byPolicy,
    byOutgoing,
    byRelay,
    bySuspension,
    byMailboxes,
    byCreation,
  ],
  columns: [
    {
      key: 'name',
      sortBy: ['domains.sort_name', 'domains.id'],
      cell: (row) => ({
        text: row.utf8_name ?? row.name,
        href: `/domains/${row.name}/mail-settings`,
      }),
    },
    {
      key: 'owner',
      sortBy: ['domains.sort_owner', 'domains.sort_name', 'domains.id'],
      cell: (row) => ({ text: row.owner_name }),
    },
    {
      key: 'mail',
      sortBy: ['domains.mail_enabled', 'domains.sort_name', 'domains.id'],
      cell: mailStatus,
    },
    {
      key: 'unknown',
      sortBy: ['domains.unknown_policy', 'domains.sort_name', 'domains.id'],
      cell: (row, { t }) => ({ text: t(policyKey(row.unknown_policy)) }),
    },
    // Counted for the rows of the page alone: stored, each new mailbox would write to its domain.
    {
      key: 'mailboxes',
      kind: 'number',
      cell: (row, { t, number }) => ({
        text: number(row.mailboxes),
        label: t('domains.mailboxes-of', {
          count: row.mailboxes,
          domain: row.utf8_name ?? row.name,
        }),
        href: `/domains/${row.name}/mailboxes`,
      }),
      value: (row) => row.mailboxes,
    },
    {
      key: 'created',
      kind: 'date',
      sortBy: ['domains.created_at', 'domains.id'],
      cell: (row, { date }) => ({ text: date(row.created_at) }),
      value: (row) => row.created_at,
    },
  ],
  from: (db: Knex) =>
    withOwners(db, 'domains').select(
      db('mailboxes').count('*').where('domain_id', db.ref('domains.id')).as('mailboxes'),
      'domains.id',
      'domains.name',
      'domains.utf8_name',
      'domains.sort_name',
      'domains.sort_owner',
      'domains.mail_enabled',
      'domains.suspended',
      'domains.unknown_policy',
      'domains.created_at',
      'owners.name as owner_name',
    ),
  countFrom: (db: Knex) => db('domains'),
};

function mailStatus(row: DomainListRow, { t }: Language): Cell {
  if (row.suspended === 1) {
    return { text: t('domains.status.suspended'), status: 'bad' };
  }
  return row.mail_enabled === 1
    ? { text: t('domains.status.on'), status: 'good' }
    : { text: t('domains.status.off'), status: 'off' };
}
