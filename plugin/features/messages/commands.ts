import type { Command } from 'commander';
import { answerOf } from './api.js';
import { shownState } from './message.js';
import { type MessageListRow, messageTable } from './table.js';
import {
  cancelledNotice,
  fieldLabel,
  outcomeSentence,
  recipientCell,
  stateCell,
} from './labels.js';
import type { MessagePage } from './messages.js';
import type { Language } from '../../web/locale.js';
import { idFrom } from '../../web/ids.js';
import { type List, addList, fieldsOf } from '../../commands/list.js';
import { inColumns, labelled } from '../../commands/terminal.js';
import { type Show, type VerbAbout, addShow, addVerbsAbout } from '../../commands/verbs.js';

export function addTo(message: Command): void {
  addList(message, list);
  addShow(message, show);
  addVerbsAbout(message, retry, cancel);
}

const list: List<MessageListRow> = {
  does: 'submitted messages, newest first',
  examples: ['', '--search anna@example.com --json', '--where state=failed,unknown'],
  table: messageTable,
  asJson: (row) => ({
    id: row.id,
    createdAt: new Date(row.created_at).toISOString(),
    ...fieldsOf(row, 'subject', 'recipients'),
    owner: row.owner_login,
    ...fieldsOf(row, 'service', 'state', 'attempts', 'outcome', 'reply'),
  }),
};

const show: Show<MessagePage> = {
  usage: 'show <id>',
  does: 'a message with its recipients and attempts, without its content',
  examples: ['12', '12 --json'],
  find: ({ app, viewer }, id) => app.features.messages.page(viewer, idFrom(id)),
  asJson: (page) => ({ ...answerOf(page), attempts: page.attempts }),
  asText: (page, language) =>
    [summaryOf, recipientsOf, attemptsOf].map((part) => part(page, language)).join('\n\n'),
};

const retry: VerbAbout = {
  usage: 'retry <id>',
  does: 'queue a failed, cancelled or unknown message again; an unknown one may arrive twice',
  examples: ['12'],
  async run({ app, viewer, language, print }, id) {
    const { id: queued, subject } = await app.features.messages.sendAgain(viewer, idFrom(id));
    print({ id: queued, state: 'queued' }, language.t('messages.notice-queued', { subject }));
  },
};

const cancel: VerbAbout = {
  usage: 'cancel <id>',
  does: 'cancel a queued message for its remaining recipients',
  examples: ['12'],
  async run({ app, viewer, language, print }, text) {
    const id = idFrom(text);
    const cancelled = await app.features.messages.cancel(viewer, id);
    const { state, subject } = cancelled;
    print({ id, state }, language.t(cancelledNotice(cancelled), { subject }));
  },
};

function summaryOf({ message, owner, recipients }: MessagePage, language: Language): string {
  const { t, dateTime } = language;
  const isWhole = recipients.every(({ state }) => state === 'accepted');
  return labelled([
    [t('messages.columns.subject'), message.subject],
    [t('messages.columns.owner'), owner?.login ?? ''],
    [t('messages.columns.service'), message.service],
    [t('messages.columns.created'), dateTime(message.createdAt)],
    [t('messages.columns.state'), stateCell(shownState(message.state, isWhole), language).text],
    ['Message-ID', message.messageId],
  ]);
}

function recipientsOf({ recipients }: MessagePage, language: Language): string {
  return inColumns(
    recipients.map(({ address, field, state, reply }) => [
      fieldLabel(field, language),
      address,
      recipientCell(state, language).text,
      reply ?? '',
    ]),
  );
}

function attemptsOf({ attempts }: MessagePage, language: Language): string {
  return attempts.length === 0
    ? language.t('messages.no-attempt')
    : inColumns(
        attempts.map(({ at, server, outcome, reply }) => [
          language.dateTime(at),
          server,
          outcome === undefined
            ? language.t('messages.attempt.going-on')
            : outcomeSentence(outcome, language),
          reply ?? '',
        ]),
      );
}
