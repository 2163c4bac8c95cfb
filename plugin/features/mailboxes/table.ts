import type { Knex } from 'knex';
import { pickableAccounts, pickableDomains } from '../../panel/directory/pickables.js';
import type { Cell, Table } from '../../tables/table.js';
import type { Language } from '../../web/locale.js';
import { forPeople } from './mailbox.js';

export interface MailboxListRow {
  readonly id: number;
  readonly address: string;
  readonly utf8_address: string | null;
  readonly display_name: string;
  readonly quota_bytes: number;
  readonly imap: number;
  readonly pop3: number;
  readonly suspended: number;
  readonly domain_name: string;
}

/** The mailboxes of one domain. */
export const mailboxTable: Table<MailboxListRow> = {
  key: 'mailboxes',
  parent: 'mailboxes.domain_id',
  defaultSort: 'address',
  id: 'mailboxes.id',
  idOf: ({ id }) => id,
  search: { column: 'mailboxes.search_text', id: 'mailboxes.id' },
  // Within one domain, whose rows are scanned.
  filters: [
    {
      key: 'domain',
      kind: 'thing',
      label: 'domains.columns.name',
      of: pickableDomains,
      sql: 'mailboxes.domain_id',
      isAcrossParents: true,
    },
    {
      key: 'owner',
      kind: 'thing',
      label: 'domains.columns.owner',
      of: pickableAccounts,
      sql: 'domains.owner_id',
      isAcrossParents: true,
    },
    {
      key: 'status',
      kind: 'choice',
      label: 'mailboxes.columns.status',
      options: { active: 0, suspended: 1 },
      sql: 'mailboxes.suspended',
      text: (option, { t }) => t(`mailboxes.status.${option}`),
    },
    {
      key: 'protocols',
      kind: 'several',
      label: 'mailboxes.columns.protocols',
      options: { imap: 2, pop3: 1, both: 3, none: 0 },
      sql: '(mailboxes.imap * 2 + mailboxes.pop3)',
      text: (option, { t }) => t(`mailboxes.allowed.${option}`),
    },
    {
      key: 'quota',
      kind: 'range',
      measure: 'bytes',
      label: 'mailboxes.columns.quota',
      // Without a limit, a mailbox holds more than with any.
      sql: `COALESCE(NULLIF(mailboxes.quota_bytes, 0), ${Number.MAX_SAFE_INTEGER})`,
    },
  ],
  columns: [
    {
      key: 'address',
      sortBy: ['mailboxes.address'],
      cell: (row) => ({
        text: row.utf8_address ?? row.address,
        href: `/domains/${row.domain_name}/mailboxes/${row.id}`,
      }),
    },
    {
      key: 'name',
      sortBy: ['mailboxes.display_name', 'mailboxes.address'],
      cell: (row) => ({ text: row.display_name }),
    },
    {
      key: 'protocols',
      sortBy: ['mailboxes.imap', 'mailboxes.pop3', 'mailboxes.address'],
      cell: (row, language) => ({ text: protocolsOf(row, language) }),
    },
    {
      key: 'quota',
      kind: 'number',
      sortBy: ['mailboxes.quota_bytes', 'mailboxes.address'],
      cell: (row, { t, bytes }) => ({
        text: row.quota_bytes === 0 ? t('mailboxes.unlimited') : bytes(row.quota_bytes),
      }),
      value: (row) => (row.quota_bytes === 0 ? undefined : row.quota_bytes),
      unit: 'bytes',
    },
    { key: 'status', sortBy: ['mailboxes.suspended', 'mailboxes.address'], cell: statusOf },
  ],
  from: (db: Knex) =>
    inDomains(db, 'mailboxes').select(
      'mailboxes.id',
      'mailboxes.address',
      'mailboxes.utf8_address',
      'mailboxes.display_name',
      'mailboxes.quota_bytes',
      'mailboxes.imap',
      'mailboxes.pop3',
      'mailboxes.suspended',
      'domains.name as domain_name',
    ),
  countFrom: (db: Knex) => inDomains(db, 'mailboxes'),
};

export interface AliasListRow {
  readonly id: number;
  readonly address: string;
  readonly utf8_address: string | null;
  /** Separated by commas. */
  readonly targets: string;
  readonly domain_name: string;
}

/** The aliases of one domain. */
export const aliasTable: Table<AliasListRow> = {
  key: 'aliases',
  parent: 'aliases.domain_id',
  defaultSort: 'address',
  search: { column: 'aliases.search_text', id: 'aliases.id' },
  columns: [
    {
      key: 'address',
      sortBy: ['aliases.address'],
      cell: (row) => ({
        text: row.utf8_address ?? row.address,
        href: `/domains/${row.domain_name}/aliases/${row.id}`,
      }),
    },
    // Lists are in no order.
    {
      key: 'targets',
      isProse: true,
      cell: (row) => ({ text: row.targets.split(',').map(forPeople).join(', ') }),
    },
  ],
  from: (db: Knex) =>
    inDomains(db, 'aliases').select(
      'aliases.id',
      'aliases.address',
      'aliases.utf8_address',
      'domains.name as domain_name',
      targetsOf(db),
    ),
  countFrom: (db: Knex) => inDomains(db, 'aliases'),
};

/** The column `targets` of `aliases`, separated by commas. */
export function targetsOf(db: Knex): Knex.Raw {
  return db.raw(
    `(SELECT GROUP_CONCAT(target ORDER BY target) FROM alias_targets
      WHERE alias_id = aliases.id) AS targets`,
  );
}

/** The owner is known from the domain. */
function inDomains(db: Knex, table: 'mailboxes' | 'aliases'): Knex.QueryBuilder {
  return db(table).join('domains', 'domains.id', `${table}.domain_id`);
}

function protocolsOf(row: MailboxListRow, { t }: Language): string {
  const allowed = (['imap', 'pop3'] as const).filter((protocol) => row[protocol] === 1);
  return allowed.length === 0
    ? t('mailboxes.no-protocol')
    : allowed.map((protocol) => t(`mailboxes.protocols.${protocol}`)).join(', ');
}

function statusOf(row: MailboxListRow, { t }: Language): Cell {
  return row.suspended === 1
    ? { text: t('mailboxes.status.suspended'), status: 'bad' }
    : { text: t('mailboxes.status.active'), status: 'good' };
}
