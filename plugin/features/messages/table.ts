import type { Knex } from 'knex';
import { readable } from '../../addresses/index.js';
import type { Table } from '../../tables/table.js';
import type { MessageOutcome, MessageState } from './message.js';
import { outcomeWords, stateCell } from './words.js';

export interface MessageListRow {
  readonly id: number;
  readonly created_at: number;
  readonly subject: string;
  readonly first_recipient: string;
  readonly recipients: number;
  readonly service: string;
  readonly owner_login: string;
  readonly state: MessageState;
  readonly attempts: number;
  readonly outcome: MessageOutcome | null;
  readonly reply: string | null;
}

/** The outbox: what programs handed in, and what became of it. */
export const messageTable: Table<MessageListRow> = {
  key: 'messages',
  defaultSort: 'created',
  nameColumn: 'subject',
  defaultDirection: 'desc',
  search: {
    column: 'messages.search_text',
    index: { table: 'messages_search', id: 'messages.id' },
  },
  columns: [
    {
      key: 'created',
      kind: 'dateTime',
      sortBy: ['messages.created_at', 'messages.id'],
      cell: (row, { dateTime }) => ({ text: dateTime(row.created_at) }),
      value: (row) => row.created_at,
    },
    { key: 'subject', cell: (row) => ({ text: row.subject, href: `/messages/${row.id}` }) },
    {
      key: 'recipients',
      cell: ({ first_recipient: first, recipients }, { t }) => ({
        text:
          recipients > 1
            ? t('messages.and-others', { address: readable(first), count: recipients - 1 })
            : readable(first),
      }),
    },
    { key: 'owner', cell: (row) => ({ text: row.owner_login }) },
    { key: 'service', cell: (row) => ({ text: row.service }) },
    {
      key: 'state',
      sortBy: ['messages.state', 'messages.id'],
      cell: (row, language) => stateCell(row.state, language),
    },
    {
      key: 'attempts',
      kind: 'number',
      cell: (row, { number }) => ({ text: number(row.attempts) }),
      value: (row) => row.attempts,
    },
    {
      key: 'answer',
      cell: ({ outcome, reply }, language) => ({
        text: reply ?? (outcome === null ? '–' : outcomeWords(outcome, language)),
      }),
    },
  ],
  from: (db: Knex) =>
    db('messages')
      .join('accounts as owners', 'owners.id', 'messages.owner_id')
      .select(
        'messages.id',
        'messages.created_at',
        'messages.subject',
        'messages.service',
        'messages.state',
        'messages.attempts',
        'messages.outcome',
        'messages.reply',
        'owners.login as owner_login',
        db.raw(
          `(SELECT address FROM message_recipients
             WHERE message_id = messages.id AND position = 0) AS first_recipient`,
        ),
        db.raw(
          '(SELECT COUNT(*) FROM message_recipients WHERE message_id = messages.id) AS recipients',
        ),
      ),
  countFrom: (db: Knex) => db('messages'),
};
