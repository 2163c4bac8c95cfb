import { connectionFailureKey } from '../connecting/connection-error.js';
import type { Language } from '../web/locale.js';
import type { Outcome } from './outcomes.js';

export interface OutcomeWords {
  /** What happened, in one sentence. */
  readonly text: string;
  /** What to do about it. */
  readonly advice: string;
}

export function outcomeInWords(outcome: Outcome, { t }: Language): OutcomeWords {
  return {
    text: t(connectionFailureKey(outcome) ?? `sending.outcomes.${outcome}.text`),
    advice: t(`sending.outcomes.${outcome}.advice`),
  };
}
