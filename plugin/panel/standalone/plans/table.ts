import type { Knex } from 'knex';
import type { Table } from '../../../tables/table.js';
import type { Language } from '../../../web/locale.js';

export interface PlanListRow {
  readonly id: number;
  readonly name: string;
  readonly max_mailboxes: number | null;
  readonly max_aliases: number | null;
  readonly max_quota_bytes: number | null;
  readonly max_messages: number | null;
  readonly max_message_bytes: number | null;
  readonly max_smtp_servers: number | null;
  readonly accounts: number;
}

export const planTable: Table<PlanListRow> = {
  key: 'plans',
  defaultSort: 'name',
  columns: [
    {
      key: 'name',
      sortBy: ['plans.name', 'plans.id'],
      cell: (row) => ({ text: row.name, href: `/plans/${row.id}` }),
    },
    {
      key: 'accounts',
      kind: 'number',
      cell: (row, { number }) => ({ text: number(row.accounts) }),
      value: (row) => row.accounts,
    },
    {
      key: 'mailboxes',
      kind: 'number',
      cell: (row, language) => ({ text: limit(row.max_mailboxes, language) }),
      value: (row) => row.max_mailboxes ?? undefined,
    },
    {
      key: 'aliases',
      kind: 'number',
      cell: (row, language) => ({ text: limit(row.max_aliases, language) }),
      value: (row) => row.max_aliases ?? undefined,
    },
    {
      key: 'quota',
      kind: 'number',
      cell: (row, language) => ({ text: size(row.max_quota_bytes, language) }),
      value: (row) => row.max_quota_bytes ?? undefined,
      unit: 'bytes',
    },
    {
      key: 'smtp-servers',
      kind: 'number',
      isHiddenAtFirst: true,
      cell: (row, language) => ({ text: limit(row.max_smtp_servers, language) }),
      value: (row) => row.max_smtp_servers ?? undefined,
    },
    {
      key: 'messages',
      kind: 'number',
      isHiddenAtFirst: true,
      cell: (row, language) => ({ text: limit(row.max_messages, language) }),
      value: (row) => row.max_messages ?? undefined,
    },
    {
      key: 'message-bytes',
      kind: 'number',
      isHiddenAtFirst: true,
      cell: (row, language) => ({ text: size(row.max_message_bytes, language) }),
      value: (row) => row.max_message_bytes ?? undefined,
      unit: 'bytes',
    },
  ],
  // Plans have no owner: only those who manage them see the list.
  within() {},
  from: (db: Knex) =>
    db('plans').select(
      'plans.*',
      db('accounts').count('*').where('plan_id', db.ref('plans.id')).as('accounts'),
    ),
  countFrom: (db: Knex) => db('plans'),
};

function size(value: number | null, { t, bytes }: Language): string {
  return value === null ? t('plans.unlimited') : bytes(value);
}

function limit(value: number | null, { t, number }: Language): string {
  return value === null ? t('plans.unlimited') : number(value);
}
