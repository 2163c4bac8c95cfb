import { outcomeSentences } from '../../sending/outcome-sentences.js';
import { type Language, keyed } from '../../web/locale.js';
import type { Confirmation } from './smtp-server.js';

const stateKey = keyed((state) => `smtp-servers.confirmation.state.${state}`);

/** A confirmation for people, with the date and the reason. */
export function confirmationLabel(
  { state, at, outcome }: Confirmation,
  language: Language,
): string {
  const { t, dateTime } = language;
  const when = at === undefined ? '' : dateTime(at);
  return state === 'failed' && outcome !== undefined
    ? t('smtp-servers.confirmation.state.failed-because', {
        at: when,
        reason: outcomeSentences(outcome, language).text,
      })
    : t(stateKey(state), { at: when });
}

/** The status shape in lists and on pages. */
export const confirmationStatus = {
  never: 'off',
  sent: 'off',
  confirmed: 'good',
  failed: 'bad',
} as const satisfies Record<Confirmation['state'], 'off' | 'good' | 'bad'>;
