import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Request } from 'express';
import { createInstance, type TFunction } from 'i18next';
import type { ErrorArgs } from '../errors.js';
import { type Locale, locales } from '../viewing/locale.js';
import { RecentlyUsed } from '../runtime/recently-used.js';
import { programFolder } from '../runtime/paths.js';

export { type Locale, locales };

/** The texts and formats of a language. */
export interface Language {
  readonly locale: Locale;
  /** The text of a key such as `domain-mail.title`, with its arguments; `count` selects the plural. */
  readonly t: (key: string, args?: ErrorArgs) => string;
  /** Whether the text exists. */
  readonly has: (key: string) => boolean;
  readonly number: (value: number) => string;
  readonly date: (ms: number) => string;
  readonly dateTime: (ms: number) => string;
  readonly time: (ms: number) => string;
  /** A size in bytes, such as `2 GB` or `2 Go`. */
  readonly bytes: (value: number) => string;
  /** Joins parts of a sentence, such as `a, b and c`. */
  readonly list: (parts: readonly string[]) => string;
}

/** `{ "domain-mail": { "title": … } }`: each file of `locales/<locale>/` under its own name. */
export function readTexts(locale: Locale): Record<string, object> {
  const folder = join(programFolder, 'locales', locale);
  return Object.fromEntries(
    readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .map((file) => [basename(file, '.json'), textsIn(join(folder, file))]),
  );
}

export function languageFor(locale: Locale): Language {
  return languages[locale];
}

const mostKnown = 200;

/**
 * Keys of texts by a name in them, such as a state's. Joining a key anew for each row takes ten times as long as finding
 * its text.
 *
 * @example
 * const roleKey = keyed((role) => `accounts.roles.${role}`);
 */
export function keyed(keyOf: (name: string) => string): (name: string) => string {
  const keys = new RecentlyUsed<string>(mostKnown);
  return (name) => keys.of(name, () => keyOf(name));
}

/** How a browser asks for languages (RFC 9110 §12.5.4). */
export type LanguageRequest = Pick<Request, 'acceptsLanguages'>;

/**
 * The browser's first language that we support, `otherwise` if it names none. A region of a language matches that language, as in
 * RFC 4647 §3.4; quality 0 excludes one.
 */
export function preferredLocale(req: LanguageRequest, otherwise: Locale = 'en'): Locale {
  const accepted = locales.filter((locale) => req.acceptsLanguages(locale) !== false);
  for (const range of req.acceptsLanguages()) {
    const locale =
      range === '*'
        ? (accepted.find((each) => each === otherwise) ?? accepted[0])
        : accepted.find((each) => each === primaryTag(range));
    if (locale !== undefined) {
      return locale;
    }
  }
  return otherwise;
}

const longestKnown = 100;
const preferences = new Map<string, Locale>();

/** Memoizes `preferredLocale`, which takes as long as a query: browsers send few different headers. */
export function knownPreference(req: Request): Locale {
  const asked = req.get('accept-language') ?? '';
  const locale = preferences.get(asked) ?? preferredLocale(req);
  if (preferences.size < mostKnown && asked.length <= longestKnown) {
    preferences.set(asked, locale);
  }
  return locale;
}

/** The language of `fr`, `fr-CA`, or a POSIX locale such as `fr_CA.UTF-8`. */
export function primaryTag(tag: string): string {
  return tag.split(/[-_.@]/, 1)[0]?.toLowerCase() ?? '';
}

export function asLocale(text: unknown): Locale | undefined {
  return locales.find((locale) => locale === text);
}

function textsIn(file: string): object {
  const texts: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof texts !== 'object' || texts === null) {
    throw new TypeError(`${file} holds no texts.`);
  }
  return texts;
}

/** The keys of all texts, such as `form.yes`. */
function keysIn(texts: object, prefix = ''): readonly string[] {
  return Object.entries(texts).flatMap(([key, text]) =>
    typeof text === 'string' ? [prefix + key] : keysIn(Object(text), `${prefix}${key}.`),
  );
}

const i18n = createInstance();
void i18n.init({
  initAsync: false,
  fallbackLng: false,
  interpolation: { escapeValue: false, prefix: '{', suffix: '}' },
  nsSeparator: false,
  resources: Object.fromEntries(
    locales.map((locale) => [locale, { translation: readTexts(locale) }]),
  ),
});

/** International English: the day before the month, 24 hours. */
const formats: Readonly<Record<Locale, string>> = { en: 'en-GB', fr: 'fr' };

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** What formats a number or a time in milliseconds. */
interface Format {
  format(value: number): string;
}

const mostRemembered = 1000;

/** Pages show the same numbers and times again and again, and `Intl` is slow. */
function remembering(slow: Format): Format {
  const texts = new RecentlyUsed<string>(mostRemembered);
  return { format: (value) => texts.of(value, () => slow.format(value)) };
}

function createLanguage(locale: Locale): Language {
  const translate: TFunction = i18n.getFixedT(locale);
  const format = formats[locale];
  const numbers = remembering(new Intl.NumberFormat(format));
  const textOf = textFinder(locale, translate, numbers);
  const days = remembering(new Intl.DateTimeFormat(format, { dateStyle: 'medium' }));
  const dates = remembering(
    new Intl.DateTimeFormat(format, { dateStyle: 'medium', timeStyle: 'short' }),
  );
  const times = remembering(new Intl.DateTimeFormat(format, { timeStyle: 'medium' }));
  const sizes = units.map(
    (unit) => new Intl.NumberFormat(format, { style: 'unit', unit, maximumFractionDigits: 1 }),
  );

  const lists = new Intl.ListFormat(format);
  const keys = new Set(keysIn(readTexts(locale)));

  return {
    locale,
    list: (parts) => lists.format(parts),
    t: (key, args = none) => textOf(key, args['count'])(args),
    has: (key) => keys.has(key),
    number: (value) => numbers.format(value),
    date: (ms) => days.format(ms),
    dateTime: (ms) => dates.format(ms),
    time: (ms) => times.format(ms - (ms % 1000)),
    bytes(value) {
      const step = Math.min(
        Math.floor(Math.log(Math.max(value, 1)) / Math.log(1024)),
        units.length - 1,
      );
      return sizes[step]?.format(value / 1024 ** step) ?? String(value);
    },
  };
}

const none: ErrorArgs = {};

/** A compiled text that takes its arguments. */
type Text = (args: ErrorArgs) => string;

/** Compiles texts with their placeholders. i18next is slow, so it resolves each plural form once. */
function textFinder(
  locale: Locale,
  translate: TFunction,
  numbers: Format,
): (key: string, count?: string | number) => Text {
  const plurals = new Intl.PluralRules(locale);
  const forms = remembering({ format: (count) => (count === 0 ? '0' : plurals.select(count)) });
  const byForm = new Map<string, Map<string, Text>>();

  return (key, count) => {
    const isPlural = typeof count === 'number';
    const form = isPlural ? forms.format(count) : 'without a count';
    const known = byForm.get(form)?.get(key);
    if (known !== undefined) {
      return known;
    }
    const text = translate(key, { ...(isPlural && { count }), skipInterpolation: true });
    if (text === key) {
      // Not cached: a cookie may contain any number of unknown keys.
      return () => key;
    }
    const filled: Text = text.includes('$t(')
      ? (args) => translate(key, { shown: shownCount(args, numbers), ...args })
      : textFrom(text, numbers);
    byForm.set(form, (byForm.get(form) ?? new Map<string, Text>()).set(key, filled));
    return filled;
  };
}

/** Splits a text at its placeholders, such as `{domain}`. */
function textFrom(text: string, numbers: Format): Text {
  const [start = '', ...pieces] = text.split(/\{([\w-]+)\}/);
  return pieces.length === 0
    ? () => text
    : (args) => {
        let filled = start;
        for (let index = 0; index < pieces.length; index += 2) {
          const name = pieces[index] ?? '';
          filled += name === 'shown' ? shownCount(args, numbers) : (args[name] ?? '');
          filled += pieces[index + 1] ?? '';
        }
        return filled;
      };
}

/** `count` stays a number, since it selects the plural; texts show it as `{shown}`. */
function shownCount(args: ErrorArgs, numbers: Format): string {
  return numbers.format(Number(args['count'] ?? 0));
}

const languages: Readonly<Record<Locale, Language>> = {
  en: createLanguage('en'),
  fr: createLanguage('fr'),
};
