import { outcomes } from '../../sending/outcomes.js';
import { outcomeInWords } from '../../sending/outcome-words.js';
import type { Cell } from '../../tables/table.js';
import type { Language } from '../../web/locale.js';
import type {
  Message,
  MessageOutcome,
  MessageState,
  RecipientField,
  RecipientState,
} from './message.js';

/** A word and its shape. */
type ShapedCell = Required<Pick<Cell, 'text' | 'status'>>;

/** What an attempt came to, in one sentence. */
export function outcomeWords(outcome: MessageOutcome, language: Language): string {
  const code = outcomes.find((each) => each === outcome);
  return code === undefined || code === 'ok'
    ? language.t(`messages.outcomes.${outcome}`)
    : outcomeInWords(code, language).text;
}

export function stateCell(state: MessageState, { t }: Language): ShapedCell {
  return { text: t(`messages.states.${state}`), status: shapes[state] };
}

/** What somebody is told who has cancelled a message, as a locale key. */
export function cancelledNotice({ state }: Pick<Message, 'state'>): string {
  return state === 'sent' ? 'messages.notice-cancelled-rest' : 'messages.notice-cancelled';
}

/** What mail programs call the field that names a recipient. */
export function fieldWord(field: RecipientField, { t }: Language): string {
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
  failed: 'bad',
  unknown: 'bad',
  cancelled: 'off',
} as const;

const recipientShapes = { waiting: 'off', accepted: 'good', refused: 'bad' } as const;
