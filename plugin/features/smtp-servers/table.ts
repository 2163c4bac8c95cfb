import type { Knex } from 'knex';
import { readable } from '../../addresses/index.js';
import type { Cell, Table } from '../../tables/table.js';
import type { Failure } from '../../sending/outcomes.js';
import type { Language, Locale } from '../../web/locale.js';
import { confirmationInWords, confirmationStatus } from './confirmation-words.js';
import { builtInServices } from './services.js';
import type { Authentication, Confirmation, Security, Usage } from './smtp-server.js';

export interface ServerListRow {
  readonly id: number;
  readonly title: string;
  readonly host: string;
  readonly port: number;
  readonly authentication: Authentication;
  readonly security: Security;
  readonly address: string;
  readonly sender_name: string;
  readonly user_name: string;
  readonly usage: Usage;
  /** Separated by commas: the keys of those that every installation has, and the names of others. */
  readonly services_en: string | null;
  readonly services_fr: string | null;
  readonly confirmation: Confirmation['state'];
  readonly confirmation_at: number | null;
  readonly confirmation_outcome: Failure | null;
  readonly owner_login: string;
}

export const smtpServerTable: Table<ServerListRow> = {
  key: 'smtp-servers',
  defaultSort: 'title',
  id: 'smtp_servers.id',
  idOf: ({ id }) => id,
  search: {
    column: 'smtp_servers.search_text',
    index: { table: 'smtp_servers_search', id: 'smtp_servers.id' },
  },
  columns: [
    {
      key: 'id',
      kind: 'number',
      sortBy: ['smtp_servers.id'],
      cell: (row) => ({ text: String(row.id) }),
      value: (row) => row.id,
    },
    {
      key: 'title',
      sortBy: ['smtp_servers.sort_title', 'smtp_servers.id'],
      cell: (row) => ({ text: row.title, href: `/smtp-servers/${row.id}` }),
    },
    {
      key: 'host',
      sortBy: ['smtp_servers.host', 'smtp_servers.id'],
      cell: (row) => ({ text: readable(row.host) }),
    },
    {
      key: 'port',
      kind: 'number',
      cell: (row) => ({ text: String(row.port) }),
      value: (row) => row.port,
    },
    {
      key: 'authentication',
      isHiddenAtFirst: true,
      cell: (row, { t }) => ({ text: t(`smtp-servers.authentication.${row.authentication}`) }),
    },
    {
      key: 'security',
      cell: (row, { t }) => ({ text: t(`smtp-servers.security.${row.security}`) }),
    },
    {
      key: 'address',
      sortBy: ['smtp_servers.address', 'smtp_servers.id'],
      cell: (row) => ({ text: readable(row.address) }),
    },
    { key: 'senderName', isHiddenAtFirst: true, cell: (row) => ({ text: row.sender_name }) },
    { key: 'user', isHiddenAtFirst: true, cell: (row) => ({ text: row.user_name }) },
    { key: 'usage', cell: (row, language) => ({ text: usageOf(row, language) }) },
    {
      key: 'confirmation',
      sortBy: ['smtp_servers.confirmation', 'smtp_servers.id'],
      cell: confirmationOf,
    },
    { key: 'owner', isHiddenAtFirst: true, cell: (row) => ({ text: row.owner_login }) },
    { key: 'links', isActions: true, cell: linksOf },
  ],
  from: (db: Knex) =>
    db('smtp_servers').select(
      'smtp_servers.id',
      'smtp_servers.title',
      'smtp_servers.sort_title',
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
      db.raw(
        '(SELECT login FROM accounts WHERE accounts.id = smtp_servers.owner_id) AS owner_login',
      ),
      servicesIn(db, 'en'),
      servicesIn(db, 'fr'),
    ),
  countFrom: (db: Knex) => db('smtp_servers'),
};

function servicesIn(db: Knex, locale: Locale): Knex.Raw {
  return db.raw(
    `(SELECT GROUP_CONCAT(COALESCE(named.name_${locale}, used.service) ORDER BY used.service)
      FROM smtp_server_services used LEFT JOIN sending_services named ON named.\`key\` = used.service
      WHERE used.server_id = smtp_servers.id) AS services_${locale}`,
  );
}

function usageOf(row: ServerListRow, { t, locale }: Language): string {
  const services = locale === 'fr' ? row.services_fr : row.services_en;
  return row.usage === 'default'
    ? t('smtp-servers.usage.default')
    : (services ?? '')
        .split(',')
        .map((service) => (isBuiltIn(service) ? t(`smtp-servers.services.${service}`) : service))
        .join(', ');
}

function isBuiltIn(service: string): boolean {
  return builtInServices.some((key) => key === service);
}

function confirmationOf(row: ServerListRow, language: Language): Cell {
  const confirmation = {
    state: row.confirmation,
    at: row.confirmation_at ?? undefined,
    outcome: row.confirmation_outcome ?? undefined,
  };
  return {
    text: confirmationInWords(confirmation, language),
    status: confirmationStatus[row.confirmation],
  };
}

function linksOf({ id }: ServerListRow, { t }: Language): Cell {
  const path = `/smtp-servers/${id}`;
  return {
    text: '',
    links: [
      { icon: 'mail-check', text: t('smtp-servers.links.confirm'), href: `${path}/confirmation` },
      { icon: 'edit', text: t('smtp-servers.links.edit'), href: path },
      { icon: 'trash', text: t('smtp-servers.links.remove'), href: `${path}/removal` },
      { icon: 'plug-connected', text: t('smtp-servers.links.try'), href: `${path}/trial` },
    ],
  };
}
