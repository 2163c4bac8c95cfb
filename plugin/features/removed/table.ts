import type { Knex } from 'knex';
import { withOwners } from '../../panel/directory/owners.js';
import { pickableAccounts } from '../../panel/directory/pickables.js';
import { type RemovalRow, removalPath } from '../../removals/removal.js';
import { momentColumn } from '../../tables/columns.js';
import type { Table } from '../../tables/table.js';
import { actorOf, heldOf, kindOf } from './words.js';

export interface RemovedListRow extends RemovalRow {
  readonly owner_login: string | null;
}

const kinds = ['domain', 'mailbox', 'alias', 'smtp-server'];

/** Removed items that can be restored. */
export const removedTable: Table<RemovedListRow> = {
  key: 'removed',
  defaultSort: 'removedAt',
  defaultDirection: 'desc',
  nameColumn: 'name',
  apartBy: ['kind', 'removedAt'],
  id: 'removals.id',
  idOf: ({ id }) => id,
  search: { column: 'removals.search_text', id: 'removals.id' },
  filters: [
    {
      key: 'kind',
      kind: 'several',
      label: 'removed.columns.kind',
      options: Object.fromEntries(kinds.map((kind) => [kind, kind])),
      sql: 'removals.kind',
      text: (option, { t }) => t(`removed.kinds.${option}`),
    },
    {
      key: 'owner',
      kind: 'thing',
      label: 'removed.columns.owner',
      of: pickableAccounts,
      sql: 'removals.owner_id',
      indexed: ['all', 'reseller'],
    },
  ],
  columns: [
    {
      key: 'name',
      sortBy: ['removals.sort_name', 'removals.id'],
      cell: (row) => ({ text: row.title, href: removalPath(row.id), isAddress: true }),
    },
    {
      key: 'kind',
      sortBy: ['removals.kind', 'removals.sort_name', 'removals.id'],
      cell: (row, language) => ({ text: kindOf(row, language) }),
    },
    { key: 'held', isProse: true, cell: (row, language) => ({ text: heldOf(row, language) }) },
    momentColumn('removedAt', ['removals.removed_at', 'removals.id'], (row) => row.removed_at),
    { key: 'actor', cell: (row, language) => ({ text: actorOf(row, language) }) },
    {
      key: 'keptUntil',
      kind: 'date',
      sortBy: ['removals.kept_until', 'removals.id'],
      mayBeNull: true,
      cell: ({ kept_until: until }, { t, date }) => ({
        text: until === null ? t('removed.kept') : date(until),
      }),
      value: ({ kept_until: until }) => until ?? undefined,
    },
    {
      key: 'owner',
      isHiddenAtFirst: 'from-owners',
      // Owners may be gone: their logins are no order.
      cell: (row) => ({ text: row.owner_login ?? '–' }),
    },
    {
      key: 'links',
      isActions: true,
      cell: ({ id }) => ({
        text: '',
        links: [
          { icon: 'arrow-back-up', does: 'removed.row.restore', href: removalPath(id) },
          { icon: 'trash', does: 'removed.row.erase', href: `${removalPath(id)}/erasure` },
        ],
      }),
    },
  ],
  from: (db: Knex) =>
    withOwners(db, 'removals').select('removals.*', 'owners.login as owner_login'),
  countFrom: (db: Knex) => db('removals'),
};
