import type { Knex } from 'knex';
import { withOwners } from '../../panel/directory/owners.js';
import type { Cell, Table } from '../../tables/table.js';
import type { Language } from '../../web/locale.js';
import { type ExchangerColumns, isMisled } from '../domain-mail/index.js';
import { domainFilters, exchangersKey, policyKey } from './filters.js';

export interface DomainListRow extends Pick<ExchangerColumns, 'mx' | 'mx_hosts'> {
  readonly id: number;
  readonly name: string;
  readonly utf8_name: string | null;
  readonly sort_name: string;
  readonly mail_enabled: number;
  readonly suspended: number;
  readonly unknown_policy: string;
  readonly created_at: number;
  readonly changed_at: number | null;
  readonly relay_id: number | null;
  readonly webmail: string | null;
  readonly owner_name: string;
  readonly plan_name: string | null;
  readonly relay_title: string | null;
  readonly webmail_name: string | null;
  readonly mailboxes: number;
}

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
  filters: domainFilters,
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
    // Names of other rows: whoever renames one would rewrite all of its domains. The filters find them.
    {
      key: 'plan',
      isHiddenAtFirst: true,
      reads: (db) =>
        db('plans').where('plans.id', db.ref('owners.plan_id')).select('name').as('plan_name'),
      cell: (row) => ({ text: row.plan_name ?? '–' }),
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
    {
      key: 'mx',
      sortBy: ['domains.mx', 'domains.sort_name', 'domains.id'],
      cell: exchangers,
    },
    {
      key: 'mx-hosts',
      isProse: true,
      isHiddenAtFirst: true,
      cell: (row) => ({ text: row.mx_hosts ?? '' }),
    },
    // As of plans.
    {
      key: 'outgoing',
      isHiddenAtFirst: true,
      // Another owner's server cannot be used.
      reads: (db) =>
        db('smtp_servers')
          .where({ id: db.ref('domains.relay_id'), owner_id: db.ref('domains.owner_id') })
          .select('title')
          .as('relay_title'),
      cell: outgoing,
    },
    {
      key: 'webmail',
      isHiddenAtFirst: true,
      reads: (db) =>
        db('webmails').where('key', db.ref('domains.webmail')).select('name').as('webmail_name'),
      cell: webmail,
    },
    // Counted for the rows of the page alone: stored, each new mailbox would write to its domain.
    {
      key: 'mailboxes',
      kind: 'number',
      reads: (db) =>
        db('mailboxes').count('*').where('domain_id', db.ref('domains.id')).as('mailboxes'),
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
      isHiddenAtFirst: true,
      sortBy: ['domains.created_at', 'domains.id'],
      cell: (row, { date }) => ({ text: date(row.created_at) }),
      value: (row) => row.created_at,
    },
    // Each bulk change would write it to three more indexes. The filter finds what was changed when.
    {
      key: 'changed',
      kind: 'dateTime',
      isHiddenAtFirst: true,
      cell: (row, { dateTime }) => ({
        text: row.changed_at === null ? '–' : dateTime(row.changed_at),
      }),
      value: (row) => row.changed_at ?? undefined,
    },
  ],
  from: (db: Knex) =>
    withOwners(db, 'domains').select(
      'domains.id',
      'domains.name',
      'domains.utf8_name',
      'domains.sort_name',
      'domains.sort_owner',
      'domains.mail_enabled',
      'domains.suspended',
      'domains.unknown_policy',
      'domains.created_at',
      'domains.changed_at',
      'domains.mx',
      'domains.mx_hosts',
      'domains.relay_id',
      'domains.webmail',
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

function exchangers({ mx, mail_enabled: enabled }: DomainListRow, { t }: Language): Cell {
  const text = t(exchangersKey(mx));
  const isOn = enabled === 1;
  if (isMisled(mx, isOn)) {
    return { text, status: 'bad' };
  }
  return mx === 'here' && isOn ? { text, status: 'good' } : { text };
}

/** A removed application is shown by its key. */
function webmail({ webmail: key, webmail_name: name }: DomainListRow, { t }: Language): Cell {
  return { text: key === null ? t('domain-mail.webmail.none') : (name ?? key) };
}

/** A removed server, or another owner's, is shown by its number. */
function outgoing({ relay_id: id, relay_title: title }: DomainListRow, { t }: Language): Cell {
  return { text: id === null ? t('domains.outgoing.direct') : (title ?? `#${id}`) };
}
