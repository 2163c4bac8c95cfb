import { connectionFailureKey } from '../connecting/connection-error.js';
import type { Language } from '../web/locale.js';
import type { Outcome } from './outcomes.js';

export interface OutcomeSentences {
  /** What happened, in one sentence. */
  readonly text: string;
  /** What to do about it. */
  readonly advice: string;
}

/** The locale key of what happened. */
export function outcomeText(outcome: string): string {
  return connectionFailureKey(outcome) ?? `sending.outcomes.${outcome}.text`;
}

export function outcomeSentences(outcome: Outcome, { t }: Language): OutcomeSentences {
  return {
    text: t(outcomeText(outcome)),
    advice: t(`sending.outcomes.${outcome}.advice`),
  };
}
