import { languageFor } from '../../../web/locale.js';
import { mostStored, plainText, textOption } from './plain-text.js';
import type { Policy } from './policy.js';

/** Accepted, then returned to the sender with a text. */
export interface Bounce {
  readonly policy: 'bounce';
  readonly text: string;
}

export const bounce: Policy<Bounce, { readonly bounceText: string }> = {
  key: 'bounce',
  permission: 'domain-mail.bounce',
  fields: {
    bounceText: {
      rule: plainText.max(mostStored).required(),
      option: textOption,
      preset: ({ locale, displayName }) =>
        languageFor(locale).t('domain-mail.default-bounce-text', { domain: displayName }),
    },
  },
  view: 'domain-mail/policies/bounce',
  given: { count: mostStored },
  wanted: ({ bounceText }) => ({ policy: 'bounce', text: bounceText }),
  texts: ({ text }) => ({ bounceText: text }),
  entry: ({ text }) => ({ bounceText: text }),
  columns: ({ text }) => ({ bounce_text: text }),
  from: (row) => ({ policy: 'bounce', text: row.bounce_text ?? '' }),
  example: '--text "Please call us: +33 1 99 00 00 00"',
};
