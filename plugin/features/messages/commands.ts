import type { Command } from 'commander';
import { answerOf } from './api.js';
import { shownState } from './message.js';
import { messageTable } from './table.js';
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
import { addList } from '../../commands/list.js';
import { type Terminal, addVerbAbout, inColumns, labelled } from '../../commands/terminal.js';

export function addTo(message: Command): void {
  addMessageList(message);
  addShow(message);
  addRetry(message);
  addCancel(message);
}

function addMessageList(message: Command): void {
  addList(message, {
    usage: 'list',
    does: 'the messages that programs handed in, the newest first',
    examples: [
      'message list',
      'message list --search anna@example.com --json',
      'message list --where state=failed,unknown',
    ],
    search: 'only those whose subject or recipients have these words',
    isFiltered: true,
    table: messageTable,
    asJson: (row) => ({
      id: row.id,
      createdAt: new Date(row.created_at).toISOString(),
      subject: row.subject,
      recipients: row.recipients,
      owner: row.owner_login,
      service: row.service,
      state: row.state,
      attempts: row.attempts,
      outcome: row.outcome,
      reply: row.reply,
    }),
  });
}

function addShow(message: Command): void {
  const verb = {
    usage: 'show <id>',
    does: 'a message with its recipients and attempts; what it says is for its owner alone',
    examples: ['message show 12', 'message show 12 --json'],
  };
  addVerbAbout(message, verb, (terminal, id) => print(terminal, idFrom(id)));
}

function addRetry(message: Command): void {
  const verb = {
    usage: 'retry <id>',
    does: 'queue a message again that failed, was cancelled, or is unknown; of the last, some may get it twice',
    examples: ['message retry 12'],
  };
  addVerbAbout(message, verb, async ({ app, viewer, language, print: say }, id) => {
    const { id: queued, subject } = await app.features.messages.sendAgain(viewer, idFrom(id));
    say({ id: queued, state: 'queued' }, language.t('messages.notice-queued', { subject }));
  });
}

function addCancel(message: Command): void {
  const verb = {
    usage: 'cancel <id>',
    does: 'cancel a message that waits in the queue; those who have it already keep it',
    examples: ['message cancel 12'],
  };
  addVerbAbout(message, verb, async ({ app, viewer, language, print: say }, id) => {
    const cancelled = await app.features.messages.cancel(viewer, idFrom(id));
    const { state, subject } = cancelled;
    say({ id: cancelled.id, state }, language.t(cancelledNotice(cancelled), { subject }));
  });
}

async function print({ app, viewer, language, print: say }: Terminal, id: number): Promise<void> {
  const page = await app.features.messages.page(viewer, id);
  const json = { ...answerOf(page), attempts: page.attempts };
  say(
    json,
    [summaryOf(page, language), recipientsOf(page, language), attemptsOf(page, language)].join(
      '\n\n',
    ),
  );
}

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
