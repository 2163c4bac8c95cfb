import { outcomes } from '../../sending/outcomes.js';
import { outcomeSentences } from '../../sending/outcome-sentences.js';
import type { Cell } from '../../tables/table.js';
import type { Language } from '../../web/locale.js';
import { type SendingService, serviceName } from '../smtp-servers/index.js';
import {
  type Message,
  type MessageOutcome,
  type MessageStatus,
  type RecipientField,
  type RecipientState,
  type ShownState,
  panelService,
  periods,
} from './message.js';

/** A label and its status shape. */
type ShapedCell = Required<Pick<Cell, 'text' | 'status'>>;

/** The outcome of an attempt, in one sentence. */
export function outcomeSentence(outcome: MessageOutcome, language: Language): string {
  const code = outcomes.find((each) => each === outcome);
  return code === undefined || code === 'ok'
    ? language.t(`messages.outcomes.${outcome}`, periods)
    : outcomeSentences(code, language).text;
}

export function stateCell(state: ShownState, { t }: Language): ShapedCell {
  return { text: t(`messages.states.${state}`), status: shapes[state] };
}

/** How many recipients of a sent message did not receive it. */
export function partlySentence(
  { message, recipients }: MessageStatus,
  { t, number }: Language,
): string {
  const missed = recipients.filter(({ state }) => state !== 'accepted').length;
  const isRefusal = message.outcome === 'ok' || message.outcome === 'recipients-refused';
  return t(`messages.partly.${isRefusal ? 'refused' : 'missed'}`, {
    count: missed,
    total: number(recipients.length),
  });
}

/** A removed service is shown by its key. */
export function serviceLabel(service: SendingService, language: Language): string {
  const { key, names } = service;
  if (key === panelService) {
    return language.t('panel-mail.service');
  }
  const isKnown = names !== undefined || language.has(`smtp-servers.services.${key}`);
  return isKnown ? serviceName(service, language) : key;
}

/** The locale key of the notice after a cancellation. */
export function cancelledNotice({ state }: Pick<Message, 'state'>): string {
  return state === 'sent' ? 'messages.notice-cancelled-rest' : 'messages.notice-cancelled';
}

/** The name of a recipient's field in mail programs. */
export function fieldLabel(field: RecipientField, { t }: Language): string {
  return t(`messages.fields.${field}`);
}

export function recipientCell(state: RecipientState, { t }: Language): ShapedCell {
  return { text: t(`messages.recipient-states.${state}`), status: recipientShapes[state] };
}

const shapes = {
  queued: 'off',
  sending: 'off',
  'handing-over': 'off',
  sent: 'good',
  'partly-sent': 'bad',
  failed: 'bad',
  unknown: 'bad',
  cancelled: 'off',
} as const;

const recipientShapes = { waiting: 'off', accepted: 'good', refused: 'bad' } as const;
