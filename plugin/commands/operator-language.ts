import { type Language, asLocale, languageFor, primaryTag } from '../web/locale.js';

/**
 * The terminal's language from the usual variables: the first non-empty one (POSIX.1-2017 §8.2), unless `LANGUAGE`
 * lists preferences, which GNU gettext follows in all locales but `C`.
 */
export function operatorLanguage(env = process.env): Language {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || 'C';
  const listed = /^(C|POSIX)(\.|$)/.test(locale) ? [] : (env['LANGUAGE'] ?? '').split(':');
  const [first] = [...listed, locale].flatMap((each) => asLocale(primaryTag(each)) ?? []);
  return languageFor(first ?? 'en');
}
