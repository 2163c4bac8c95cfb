import type { Knex } from 'knex';
import type { Cell, Table } from '../../tables/table.js';
import type { Language } from '../../web/locale.js';

export interface WebmailListRow {
  readonly id: number;
  readonly key: string;
  readonly name: string;
  readonly address: string | null;
  readonly is_default: number | null;
  readonly domains: number;
  readonly created_at: number;
}

const addressKinds = ['https', 'http', 'none'] as const;

/** There are few applications, so they are searched and filtered without an index. */
export const webmailTable: Table<WebmailListRow> = {
  key: 'webmail',
  defaultSort: 'name',
  id: 'webmails.id',
  idOf: ({ id }) => id,
  search: { column: 'webmails.search_text', id: 'webmails.id' },
  filters: [
    {
      key: 'address',
      kind: 'choice',
      label: 'webmail.columns.address',
      options: Object.fromEntries(addressKinds.map((kind) => [kind, kind])),
      sql: `(CASE WHEN webmails.address IS NULL THEN 'none' WHEN webmails.address LIKE 'https:%' THEN 'https' ELSE 'http' END)`,
      text: (option, { t }) => t(`webmail.address-kinds.${option}`),
    },
    {
      key: 'use',
      kind: 'choice',
      label: 'webmail.filters.use',
      options: { used: 1, unused: 0 },
      sql: '(CASE WHEN EXISTS (SELECT 1 FROM domains WHERE domains.webmail = webmails.`key`) THEN 1 ELSE 0 END)',
      text: (option, { t }) => t(`webmail.uses.${option}`),
    },
  ],
  columns: [
    {
      key: 'name',
      sortBy: ['webmails.sort_name', 'webmails.id'],
      cell: (row) => ({ text: row.name, href: `/webmail/${row.id}` }),
    },
    { key: 'address', cell: addressOf },
    { key: 'security', isHiddenAtFirst: true, cell: securityOf },
    {
      key: 'domains',
      kind: 'number',
      cell: (row, { number }) => ({ text: number(row.domains) }),
      value: (row) => row.domains,
    },
    {
      key: 'default',
      cell: (row, { t }) => ({ text: t(row.is_default === 1 ? 'form.yes' : 'form.no') }),
    },
    {
      key: 'key',
      isHiddenAtFirst: true,
      sortBy: ['webmails.key', 'webmails.id'],
      cell: (row) => ({ text: row.key }),
    },
    {
      key: 'created',
      kind: 'date',
      isHiddenAtFirst: true,
      sortBy: ['webmails.created_at', 'webmails.id'],
      cell: (row, { date }) => ({ text: date(row.created_at) }),
      value: (row) => row.created_at,
    },
    { key: 'links', isActions: true, cell: linksOf },
  ],
  // Applications have no owner: only those who manage them see the list.
  within() {},
  from: (db: Knex) =>
    db('webmails').select(
      'webmails.id',
      'webmails.key',
      'webmails.name',
      'webmails.sort_name',
      'webmails.address',
      'webmails.is_default',
      'webmails.created_at',
      db('domains').count('*').where('webmail', db.ref('webmails.key')).as('domains'),
    ),
  countFrom: (db: Knex) => db('webmails'),
};

function addressOf({ address }: WebmailListRow, { t }: Language): Cell {
  return address === null
    ? { text: t('webmail.address-kinds.none'), status: 'bad' }
    : { text: address, isAddress: true };
}

function securityOf({ address }: WebmailListRow, { t }: Language): Cell {
  if (address === null) {
    return { text: '–' };
  }
  const kind = address.startsWith('https:') ? 'https' : 'http';
  return { text: t(`webmail.address-kinds.${kind}`), status: kind === 'https' ? 'good' : 'bad' };
}

function linksOf({ id }: WebmailListRow): Cell {
  return {
    text: '',
    links: [
      { icon: 'edit', does: 'webmail.row.edit', href: `/webmail/${id}` },
      { icon: 'trash', does: 'webmail.row.remove', href: `/webmail/${id}/removal` },
    ],
  };
}
