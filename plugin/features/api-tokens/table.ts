import type { Knex } from 'knex';
import type { Table } from '../../tables/table.js';
import { scopesIn } from './store.js';

export interface TokenListRow {
  readonly id: number;
  readonly title: string;
  readonly scopes: string;
  readonly created_at: number;
  readonly last_used_at: number | null;
}

/** The viewer's own tokens only, whatever else they may see. */
export const tokenTable: Table<TokenListRow> = {
  key: 'api-tokens',
  parent: 'api_tokens.owner_id',
  defaultSort: 'title',
  apartBy: ['created'],
  columns: [
    {
      key: 'title',
      sortBy: ['api_tokens.sort_title', 'api_tokens.id'],
      cell: (row) => ({ text: row.title }),
    },
    // Lists are in no order.
    {
      key: 'scopes',
      isProse: true,
      cell: (row, { t }) => ({
        text: scopesIn(row.scopes)
          .map((scope) => t(`api-tokens.scopes.${scope}`))
          .join(', '),
      }),
    },
    {
      key: 'created',
      kind: 'date',
      sortBy: ['api_tokens.created_at', 'api_tokens.id'],
      cell: (row, { date }) => ({ text: date(row.created_at) }),
      value: (row) => row.created_at,
    },
    {
      key: 'used',
      kind: 'dateTime',
      sortBy: ['api_tokens.last_used_at', 'api_tokens.id'],
      mayBeNull: true,
      cell: ({ last_used_at: at }, { t, dateTime }) => ({
        text: at === null ? t('api-tokens.never-used') : dateTime(at),
      }),
      value: (row) => row.last_used_at ?? undefined,
    },
    {
      key: 'links',
      isActions: true,
      cell: ({ id }) => ({
        text: '',
        links: [{ icon: 'trash', does: 'api-tokens.revoke', href: `/api-tokens/${id}/revocation` }],
      }),
    },
  ],
  within() {},
  from: (db: Knex) =>
    db('api_tokens').select('id', 'title', 'sort_title', 'scopes', 'created_at', 'last_used_at'),
  countFrom: (db: Knex) => db('api_tokens'),
};
