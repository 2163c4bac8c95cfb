import type { ErrorArgs } from '../errors.js';
import type { Locale } from '../viewing/locale.js';
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
  kind: Pick<MailKind, 'feature' | 'key' | 'exact' | 'lists'>,
  { fields, link, preferences }: MailWords,
  language: Language,
): RenderedMail {
  const { t, has } = language;
  const args = { ...harmless(fields, kind.exact), ...listsIn(fields, kind.lists, language.locale) };
  const subject = firstOf(t(mailText(kind, 'subject'), args), longestSubject);
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

const longestTyped = 100;

/**
 * A name must not add a line or a paragraph. Whoever chooses it may also choose who receives the mail, so it has no room
 * for a message, and mail programs make no link of it.
 */
function harmless(fields: ErrorArgs, exact: readonly string[] = []): ErrorArgs {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const text = typeof value === 'string' ? oneLine(value) : value;
      return [name, typeof text === 'string' && !exact.includes(name) ? unlinked(text) : text];
    }),
  );
}

const longestItem = 300;

function listsIn(fields: ErrorArgs, names: readonly string[] = [], locale: Locale): ErrorArgs {
  return Object.fromEntries(
    names.map((name) => {
      const items: readonly string[] = JSON.parse(String(fields[`${name}.${locale}`] ?? '[]'));
      return [name, items.map((item) => unlinked(oneLine(item), longestItem)).join('\n\n')];
    }),
  );
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

/** Cuts between characters, which may be two units of UTF-16. */
function firstOf(text: string, most: number): string {
  return Array.from(text).slice(0, most).join('');
}

/** Joins what mail programs take for an address with an invisible character (U+2060, word joiner). */
function unlinked(text: string, most = longestTyped): string {
  const short = firstOf(text, most);
  const shown = short === text ? text : `${short}…`;
  return shown.replaceAll(/(?<=\S)(?=[.．。｡@]\S)|(?<=:)(?=\/\/)/gu, '\u2060');
}

/** A mail has no page around it. */
const bare = { url: String, asset: String, viewer: undefined, csrfToken: '' };
