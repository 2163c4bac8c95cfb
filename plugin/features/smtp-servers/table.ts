import type { Knex } from 'knex';
import { readable } from '../../addresses/index.js';
import { engineOf } from '../../database/engine.js';
import { withOwners } from '../../panel/directory/owners.js';
import { pickableAccounts } from '../../panel/directory/pickables.js';
import type { Cell, Table } from '../../tables/table.js';
import { type Language, keyed } from '../../web/locale.js';
import { confirmationLabel, confirmationStatus } from './confirmation-label.js';
import { type SendingService, serviceName } from './services.js';
import { securities } from './smtp-server.js';
import type { ServerRow } from './store.js';

export interface ServerListRow extends Pick<
  ServerRow,
  | 'id'
  | 'title'
  | 'host'
  | 'port'
  | 'authentication'
  | 'security'
  | 'address'
  | 'sender_name'
  | 'user_name'
  | 'usage'
  | 'confirmation'
  | 'confirmation_at'
  | 'confirmation_outcome'
> {
  /** JSON of a `ServiceEntry` for each; null if there are none. */
  readonly services: string | null;
  readonly owner_login: string;
}

/** A service's key, and its names unless it is built in. */
type ServiceEntry = readonly [key: string, en: string | null, fr: string | null];

const securityKey = keyed((security) => `smtp-servers.security.${security}`);

export const smtpServerTable: Table<ServerListRow> = {
  key: 'smtp-servers',
  defaultSort: 'title',
  apartBy: ['owner', 'host'],
  id: 'smtp_servers.id',
  idOf: ({ id }) => id,
  search: {
    column: 'smtp_servers.search_text',
    id: 'smtp_servers.id',
    index: { table: 'smtp_servers_search' },
  },
  filters: [
    {
      key: 'owner',
      kind: 'thing',
      label: 'smtp-servers.columns.owner',
      of: pickableAccounts,
      sql: 'smtp_servers.owner_id',
      indexed: ['all', 'reseller'],
    },
    {
      key: 'confirmation',
      kind: 'several',
      label: 'smtp-servers.columns.confirmation',
      options: Object.fromEntries(Object.keys(confirmationStatus).map((state) => [state, state])),
      sql: 'smtp_servers.confirmation',
      text: (option, { t }) => t(`smtp-servers.confirmation-states.${option}`),
    },
    {
      key: 'security',
      kind: 'choice',
      label: 'smtp-servers.columns.security',
      options: Object.fromEntries(securities.map((security) => [security, security])),
      sql: 'smtp_servers.security',
      text: (option, { t }) => t(securityKey(option)),
    },
    {
      key: 'usage',
      kind: 'choice',
      label: 'smtp-servers.columns.usage',
      options: { default: 'default', custom: 'custom' },
      sql: 'smtp_servers.`usage`',
      text: (option, { t }) => t(`smtp-servers.usage.${option}`),
    },
  ],
  columns: [
    {
      key: 'title',
      sortBy: ['smtp_servers.sort_title', 'smtp_servers.id'],
      cell: (row) => ({ text: row.title, href: `/smtp-servers/${row.id}` }),
    },
    {
      key: 'host',
      sortBy: ['smtp_servers.host', 'smtp_servers.id'],
      cell: (row) => ({ text: readable(row.host), isAddress: true }),
    },
    {
      key: 'owner',
      isHiddenAtFirst: 'from-owners',
      sortBy: ['smtp_servers.sort_owner', 'smtp_servers.sort_title', 'smtp_servers.id'],
      cell: (row) => ({ text: row.owner_login }),
    },
    {
      key: 'confirmation',
      isProse: true,
      sortBy: ['smtp_servers.confirmation', 'smtp_servers.id'],
      cell: confirmationOf,
    },
    {
      key: 'usage',
      isProse: true,
      sortBy: ['smtp_servers.usage', 'smtp_servers.sort_title', 'smtp_servers.id'],
      cell: (row, language) => ({ text: usageOf(row, language) }),
    },
    {
      key: 'address',
      sortBy: ['smtp_servers.address', 'smtp_servers.id'],
      cell: (row) => ({ text: readable(row.address), isAddress: true }),
    },
    {
      key: 'port',
      kind: 'identifier',
      sortBy: ['smtp_servers.port', 'smtp_servers.sort_title', 'smtp_servers.id'],
      cell: (row) => ({ text: String(row.port) }),
      value: (row) => row.port,
    },
    {
      key: 'security',
      sortBy: ['smtp_servers.security', 'smtp_servers.sort_title', 'smtp_servers.id'],
      cell: (row, { t }) => ({ text: t(securityKey(row.security)) }),
    },
    {
      key: 'id',
      kind: 'identifier',
      sortBy: ['smtp_servers.id'],
      cell: (row) => ({ text: String(row.id) }),
      value: (row) => row.id,
    },
    {
      key: 'authentication',
      isHiddenAtFirst: true,
      sortBy: ['smtp_servers.authentication', 'smtp_servers.sort_title', 'smtp_servers.id'],
      cell: (row, { t }) => ({ text: t(`smtp-servers.authentication.${row.authentication}`) }),
    },
    {
      key: 'senderName',
      isHiddenAtFirst: true,
      sortBy: ['smtp_servers.sender_name', 'smtp_servers.id'],
      cell: (row) => ({ text: row.sender_name }),
    },
    {
      key: 'user',
      isHiddenAtFirst: true,
      sortBy: ['smtp_servers.user_name', 'smtp_servers.id'],
      cell: (row) => ({ text: row.user_name }),
    },
    { key: 'links', isActions: true, cell: linksOf },
  ],
  from: (db: Knex) =>
    withOwners(db, 'smtp_servers').select(
      servicesIn(db),
      'smtp_servers.id',
      'smtp_servers.title',
      'smtp_servers.sort_title',
      'smtp_servers.sort_owner',
      'smtp_servers.host',
      'smtp_servers.port',
      'smtp_servers.authentication',
      'smtp_servers.security',
      'smtp_servers.address',
      'smtp_servers.sender_name',
      'smtp_servers.user_name',
      'smtp_servers.usage',
      'smtp_servers.confirmation',
      'smtp_servers.confirmation_at',
      'smtp_servers.confirmation_outcome',
      'owners.login as owner_login',
    ),
  countFrom: (db: Knex) => db('smtp_servers'),
};

/** Separates keys from names, so that no name is taken for a key. */
function servicesIn(db: Knex): Knex.Raw {
  return db.raw(
    `CASE smtp_servers.\`usage\` WHEN 'custom' THEN (
      SELECT CAST(${engineOf(db).jsonArrayOf}(JSON_ARRAY(used.service, named.name_en, named.name_fr)) AS CHAR)
      FROM smtp_server_services used LEFT JOIN sending_services named ON named.\`key\` = used.service
      WHERE used.server_id = smtp_servers.id) END AS services`,
  );
}

function usageOf(row: ServerListRow, language: Language): string {
  return row.usage === 'default'
    ? language.t('smtp-servers.usage.default')
    : servicesOf(row)
        .map((service) => serviceName(service, language))
        .join(', ');
}

function servicesOf({ services }: ServerListRow): readonly SendingService[] {
  const entries: ServiceEntry[] = JSON.parse(services ?? '[]');
  return entries
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, en, fr]) => ({ key, names: en === null || fr === null ? undefined : { en, fr } }));
}

function confirmationOf(row: ServerListRow, language: Language): Cell {
  const confirmation = {
    state: row.confirmation,
    at: row.confirmation_at ?? undefined,
    outcome: row.confirmation_outcome ?? undefined,
  };
  return {
    text: confirmationLabel(confirmation, language),
    status: confirmationStatus[row.confirmation],
  };
}

function linksOf({ id, confirmation }: ServerListRow): Cell {
  const send = confirmation === 'never' ? 'smtp-servers.row.send' : 'smtp-servers.row.send-again';
  const path = `/smtp-servers/${id}`;
  return {
    text: '',
    links: [
      { icon: 'mail-check', does: send, href: `${path}/confirmation` },
      { icon: 'edit', does: 'smtp-servers.row.edit', href: path },
      { icon: 'plug-connected', does: 'smtp-servers.row.try', href: `${path}/trial` },
      { icon: 'trash', does: 'smtp-servers.row.remove', href: `${path}/removal` },
    ],
  };
}
