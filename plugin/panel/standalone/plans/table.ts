import type { Knex } from 'knex';
import type { Column, Table } from '../../../tables/table.js';
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
  // Only by name: no limit is NULL, which would be lower than any limit, and accounts are counted.
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
    countColumn('mailboxes', ({ max_mailboxes: most }) => most),
    countColumn('aliases', ({ max_aliases: most }) => most),
    sizeColumn('quota', ({ max_quota_bytes: most }) => most),
    { ...countColumn('smtp-servers', ({ max_smtp_servers: most }) => most), isHiddenAtFirst: true },
    { ...countColumn('messages', ({ max_messages: most }) => most), isHiddenAtFirst: true },
    {
      ...sizeColumn('message-bytes', ({ max_message_bytes: most }) => most),
      isHiddenAtFirst: true,
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

/** A column of a limit; null means none. */
function countColumn(
  key: string,
  most: (row: PlanListRow) => number | null,
  text = limit,
): Column<PlanListRow> {
  return {
    key,
    kind: 'number',
    cell: (row, language) => ({ text: text(most(row), language) }),
    value: (row) => most(row) ?? undefined,
  };
}

function sizeColumn(key: string, most: (row: PlanListRow) => number | null): Column<PlanListRow> {
  return { ...countColumn(key, most, size), unit: 'bytes' };
}
