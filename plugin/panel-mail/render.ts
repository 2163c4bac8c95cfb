import type { ErrorArgs } from '../errors.js';
import type { Language } from '../web/locale.js';
import { loadViews } from '../web/views.js';
import { type MailKind, mailText } from './kind.js';

/** A mail in its reader's language. */
export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface MailWords {
  readonly fields: ErrorArgs;
  /** The button's target. */
  readonly link: string;
  /** Where its reader can switch the kind off. */
  readonly preferences?: string | undefined;
}

/** Plain text and HTML of the same texts. */
export function renderMail(
  kind: Pick<MailKind, 'feature' | 'key'>,
  { fields, link, preferences }: MailWords,
  language: Language,
): RenderedMail {
  const { t, has } = language;
  const args = oneLineEach(fields);
  const subject = t(mailText(kind, 'subject'), args).slice(0, longestSubject);
  const above = paragraphsIn(t(mailText(kind, 'text'), args));
  const after = mailText(kind, 'after');
  const below = has(after) || has(`${after}_other`) ? paragraphsIn(t(after, args)) : [];
  const button = t(mailText(kind, 'button'), args);
  const switchOff = preferences === undefined ? undefined : t('panel-mail.switch-off');
  const content = { subject, above, button, link, below, switchOff, preferences };
  const plain = [...above, `${t('panel-mail.button-text', { button })}\n${link}`, ...below];
  return {
    subject,
    text: `${[...plain, ...footer(switchOff, preferences)].join('\n\n')}\n`,
    html: loadViews()('panel-mail/mail', { ...bare, language, it: content }).trim(),
  };
}

/** RFC 5322 §2.1.1 allows 998 characters, and the outbox as many. */
const longestSubject = 200;

function footer(switchOff: string | undefined, preferences: string | undefined): string[] {
  return switchOff === undefined ? [] : [`-- \n${switchOff}\n${preferences}`];
}

function paragraphsIn(text: string): readonly string[] {
  return text.split('\n\n');
}

/** A name must not add a line or a paragraph. */
function oneLineEach(fields: ErrorArgs): ErrorArgs {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim() : value,
    ]),
  );
}

/** A mail has no page around it. */
const bare = { url: String, asset: String, viewer: undefined, csrfToken: '' };
