import { momentColumn } from '../../tables/columns.js';
import type { Knex } from 'knex';
import { readable } from '../../addresses/index.js';
import { pickableAccounts } from '../../panel/directory/pickables.js';
import { periodFilter } from '../../tables/period-filter.js';
import type { Table } from '../../tables/table.js';
import type { Language } from '../../web/locale.js';
import { pickableServers } from '../smtp-servers/index.js';
import { type MessageOutcome, type MessageState, shownState, states } from './message.js';
import { pickableServices } from './pickable.js';
import { outcomeSentence, serviceLabel, stateCell } from './labels.js';

export interface MessageListRow {
  readonly id: number;
  readonly created_at: number;
  readonly subject: string;
  readonly first_recipient: string;
  readonly recipients: number;
  /** Recipients that do not have it. */
  readonly lacking: number;
  readonly service: string;
  /** Null unless the service was added by an administrator. */
  readonly name_en: string | null;
  readonly name_fr: string | null;
  readonly owner_login: string;
  readonly state: MessageState;
  readonly attempts: number;
  readonly outcome: MessageOutcome | null;
  readonly reply: string | null;
}

/** The outbox: submitted messages and their states. */
export const messageTable: Table<MessageListRow> = {
  key: 'messages',
  defaultSort: 'created',
  nameColumn: 'subject',
  apartBy: ['recipients', 'created'],
  defaultDirection: 'desc',
  search: {
    column: 'messages.search_text',
    id: 'messages.id',
    index: { table: 'messages_search' },
  },
  filters: [
    {
      key: 'state',
      kind: 'several',
      label: 'messages.columns.state',
      options: Object.fromEntries(states.map((state) => [state, state])),
      many: ['sent'],
      sql: 'messages.state',
      indexed: ['all', 'reseller', 'owner'],
      text: (option, { t }) => t(`messages.states.${option}`),
    },
    {
      key: 'account',
      kind: 'thing',
      label: 'messages.columns.owner',
      of: pickableAccounts,
      sql: 'messages.owner_id',
      indexed: ['all', 'reseller'],
    },
    {
      key: 'server',
      kind: 'thing',
      label: 'messages.server',
      of: pickableServers,
      sql: 'messages.server_id',
      indexed: ['all', 'reseller', 'owner'],
    },
    {
      key: 'service',
      kind: 'thing',
      label: 'messages.columns.service',
      of: pickableServices,
      sql: 'messages.service',
      indexed: ['all', 'reseller', 'owner'],
    },
    periodFilter({ sql: 'messages.created_at', indexed: ['all', 'reseller', 'owner'] }),
  ],
  columns: [
    momentColumn('created', ['messages.created_at', 'messages.id'], (row) => row.created_at),
    // Longer than what MariaDB keeps in an index.
    { key: 'subject', cell: (row) => ({ text: row.subject, href: `/messages/${row.id}` }) },
    // Lists are in no order.
    {
      key: 'recipients',
      cell: ({ first_recipient: first, recipients }, { t }) => ({
        text:
          recipients > 1
            ? t('messages.and-others', { address: readable(first), count: recipients - 1 })
            : readable(first),
      }),
    },
    // An order is an index for each of two scopes: 18 % more for each message's row. The filter finds an account's.
    { key: 'owner', isHiddenAtFirst: 'from-owners', cell: (row) => ({ text: row.owner_login }) },
    {
      key: 'state',
      sortBy: ['messages.state', 'messages.id'],
      cell: ({ state, lacking }, language) => stateCell(shownState(state, lacking === 0), language),
    },
    // A sentence in the words of the reader or the server.
    {
      key: 'answer',
      isProse: true,
      cell: ({ outcome, reply }, language) => ({
        text: reply ?? (outcome === null ? '–' : outcomeSentence(outcome, language)),
      }),
    },
    {
      key: 'service',
      sortBy: ['messages.service', 'messages.created_at', 'messages.id'],
      cell: (row, language) => ({ text: serviceOf(row, language) }),
    },
    // Each attempt would update the indexes of its order.
    {
      key: 'attempts',
      kind: 'number',
      cell: (row, { number }) => ({ text: number(row.attempts) }),
      value: (row) => row.attempts,
    },
  ],
  from: (db: Knex) =>
    db('messages')
      .join('accounts as owners', 'owners.id', 'messages.owner_id')
      .leftJoin('sending_services as named', 'named.key', 'messages.service')
      .select(
        'messages.id',
        'messages.created_at',
        'messages.subject',
        'messages.service',
        'messages.state',
        'messages.attempts',
        'messages.outcome',
        'messages.reply',
        'named.name_en',
        'named.name_fr',
        'owners.login as owner_login',
        db.raw(
          `(SELECT address FROM message_recipients
             WHERE message_id = messages.id AND position = 0) AS first_recipient`,
        ),
        db.raw(
          '(SELECT COUNT(*) FROM message_recipients WHERE message_id = messages.id) AS recipients',
        ),
        db.raw(
          `(SELECT COUNT(*) FROM message_recipients
             WHERE message_id = messages.id AND state <> 'accepted') AS lacking`,
        ),
      ),
  countFrom: (db: Knex) => db('messages'),
};

function serviceOf(
  { service: key, name_en: en, name_fr: fr }: MessageListRow,
  language: Language,
): string {
  return serviceLabel(
    { key, names: en === null || fr === null ? undefined : { en, fr } },
    language,
  );
}
