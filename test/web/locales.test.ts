import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import express from 'express';
import { operatorLanguage } from '../../plugin/commands/operator-language.js';
import { programFolder } from '../../plugin/runtime/paths.js';
import { loadManifest } from '../../plugin/manifest.js';
import { permissionText } from '../../plugin/viewing/permissions.js';
import {
  type Locale,
  languageFor,
  locales,
  type LanguageRequest,
  preferredLocale,
  readTexts,
} from '../../plugin/web/locale.js';

const plural = /_(zero|one|two|few|many|other)$/;

/** One word for each thing: a word that texts do not use, what they say instead, and keys where it is right. */
const unwanted: readonly [locale: Locale, word: RegExp, instead: string, where?: RegExp][] = [
  ['fr', /courriel|\bm[ée]l\b/i, 'e-mail, message or courrier'],
  ['fr', /(?<!e-)\bmails?\b/i, 'e-mail', /^smtp-servers\.columns\.address$/],
  ['fr', /\bemails?\b/i, 'e-mail'],
  ['fr', /\blogins?\b/, 'identifiant'],
  ['fr', /réglage/i, 'paramètre'],
  ['fr', /prestataire/i, 'hébergeur or fournisseur'],
  ['fr', /[Vv]otre fournisseur/, 'hébergeur', /^(?:sending|smtp-servers)\./],
  ['fr', /\breprendre\b|lever la suspension/i, 'réactiver'],
  ['fr', /boîte d’envoi/i, 'messages des programmes'],
  ['fr', /illimité/i, 'sans limite'],
  ['fr', /traits? d’union/i, 'tiret'],
  ['fr', /\bdroits des\b/i, 'autorisations'],
  ['fr', /intitulé/i, 'titre'],
  ['fr', /opération est définitive/i, 'cette action est irréversible'],
  ['en', /\blog(?:s|ged|ging)? in\b|\blog-in\b|\blog(?:s|ged)? out\b/i, 'sign in'],
  ['en', /\b(?:allow|accept|without a|plain) logins?\b|\blogins? (?:without|in clear)/i, 'sign-in'],
  ['en', /\bemails?\b/i, 'e-mail'],
  ['en', /\bholder\b/i, 'owner', /^accounts\.person\.title$/],
  ['en', /\btelephone/i, 'phone'],
  ['en', /^nothing$/i, 'none'],
  ['en', /\bresume/i, 'reactivate'],
];

describe('the locale texts', () => {
  const catalogues = new Map(locales.map((locale) => [locale, flatten(readTexts(locale))]));
  const textsOf = (locale: Locale): ReadonlyMap<string, string> =>
    catalogues.get(locale) ?? new Map<string, string>();
  const keysOf = (locale: Locale): Set<string> =>
    new Set([...textsOf(locale).keys()].map((key) => key.replace(plural, '')));

  it('exist in every language', () => {
    assert.deepEqual([...keysOf('fr')].toSorted(), [...keysOf('en')].toSorted());
  });

  it('have every plural form of their language', () => {
    for (const locale of locales) {
      const { pluralCategories } = new Intl.PluralRules(locale).resolvedOptions();
      for (const key of keysOf(locale)) {
        const forms = pluralCategories.filter((form) => textsOf(locale).has(`${key}_${form}`));
        assert.ok(
          forms.length === 0 || forms.length === pluralCategories.length,
          `${locale}: ${key} has the forms ${forms.join(', ')} of ${pluralCategories.join(', ')}`,
        );
      }
    }
  });

  it('have the same arguments in every language', () => {
    for (const [key, text] of textsOf('en')) {
      const translated = textsOf('fr').get(key);
      assert.ok(translated !== undefined, key);
      assert.deepEqual(argumentsIn(translated), argumentsIn(text), key);
    }
  });

  it('follow French typography: one no-break space before high punctuation and inside guillemets', () => {
    for (const [key, text] of textsOf('fr')) {
      assert.doesNotMatch(text, /[ \u202F][:;!?»]|«[ \u202F]/, `${key}: ${text}`);
    }
  });

  it('have typographic apostrophes and quotation marks', () => {
    for (const locale of locales) {
      for (const [key, text] of textsOf(locale)) {
        assert.doesNotMatch(text, /['"]/, `${locale}: ${key}: ${text}`);
      }
    }
  });

  for (const [locale, word, instead, where] of unwanted) {
    it(`say ${instead}, not ${String(word)}, in ${locale}`, () => {
      for (const [key, text] of textsOf(locale)) {
        const said = text.replaceAll(/\$t\([^)]*\)|\{\w+\}|[\w.-]+\.(?:example|com)\b/g, '');
        assert.ok(where?.test(key) === true || !word.test(said), `${locale}: ${key}: ${text}`);
      }
    });
  }

  it('title pages for something new alike', () => {
    const begins: Readonly<Record<Locale, RegExp>> = { en: /^New /, fr: /^Nouve(?:au|l|lle) / };
    for (const locale of locales) {
      const titles = [...textsOf(locale)].filter(([key]) => /\.new(?:\.title)?$/.test(key));
      assert.ok(titles.length > 5);
      titles.forEach(([key, text]) => assert.match(text, begins[locale], key));
    }
  });

  it('take limits as arguments, so that they are defined in one place', () => {
    for (const locale of locales) {
      for (const [key, text] of textsOf(locale)) {
        assert.ok(!limit.test(text) || isFixed(key), `${locale}: ${key}: ${text}`);
      }
    }
  });

  it('are all used', () => {
    assert.deepEqual(unused([...keysOf('en')]), []);
  });

  it('would be reported if unused', () => {
    const planted = ['frame.nobody-uses-this', 'domains.status.nobody', 'mailboxes.nobody.at-all'];
    assert.deepEqual(unused(planted), planted);
  });

  it('exist for every entry of the manifest', () => {
    const { t, has } = languageFor('fr');
    const manifest = loadManifest();
    for (const { id } of manifest.navigation) {
      assert.ok(has(`${id}.menu`), id);
      assert.notEqual(t(`${id}.menu`), '');
    }
    for (const { id } of manifest.permissions.filter(({ plan }) => plan)) {
      const key = permissionText(id);
      assert.ok(has(key), `${key} is missing: the plan form shows it`);
    }
    for (const { key } of manifest.settings) {
      assert.ok(has(`settings.${key}.label`), key);
    }
  });
});

describe('the language of a visitor', () => {
  const cases: [header: string | undefined, locale: Locale, why: string][] = [
    ['fr-CH, fr;q=0.9, en;q=0.8', 'fr', 'a region of French is French'],
    ['en;q=0.5, fr', 'fr', 'the higher quality wins'],
    ['de, fr;q=0.3', 'fr', 'the first supported language'],
    ['de', 'en', 'English otherwise'],
    ['FR-ca', 'fr', 'case does not count'],
    ['fr-CA, en;q=0.9, fr;q=0.8', 'fr', 'a region counts as its language where it stands'],
    ['fr;q=0', 'en', 'quality 0 excludes a language'],
    ['fr;q=0, en;q=0', 'en', 'there is no third language'],
    ['en;q=0, *', 'fr', 'anything but English'],
    ['fr;q=0, *', 'en', 'anything but French'],
    ['*', 'en', 'anything'],
    ['de, *;q=0.5', 'en', 'anything after all'],
    ['*;q=0.1, fr;q=0.9', 'fr', 'a name before anything'],
    ['frr', 'en', 'North Frisian is not French'],
    ['frr, fr-BE', 'fr', 'Belgian French is French'],
    ['en-GB;q=0.3, fr-FR;q=0.31', 'fr', 'regions have qualities too'],
    ['fr; q=1', 'fr', 'a space is allowed there'],
    ['', 'en', 'an empty header'],
    [undefined, 'en', 'no header'],
    [';;;q=,,', 'en', 'nonsense'],
  ];
  for (const [header, locale, why] of cases) {
    it(`is ${locale} for ${String(header)}: ${why}`, () => {
      assert.equal(preferredLocale(asking(header)), locale);
    });
  }
});

describe('the language of a terminal', () => {
  const cases: [env: Record<string, string>, locale: Locale, why: string][] = [
    [{}, 'en', 'nothing is set'],
    [{ LANG: 'fr_FR.UTF-8' }, 'fr', 'as most systems set it'],
    [{ LC_ALL: '', LANG: 'fr_CA.UTF-8' }, 'fr', 'an empty variable counts as unset'],
    [{ LC_ALL: '', LC_MESSAGES: '', LANG: 'fr' }, 'fr', 'all of it'],
    [{ LC_ALL: 'en_US.UTF-8', LC_MESSAGES: 'fr_FR', LANG: 'fr_FR' }, 'en', 'LC_ALL comes first'],
    [{ LC_MESSAGES: 'fr_FR@euro', LANG: 'en_GB' }, 'fr', 'then LC_MESSAGES'],
    [{ LANG: 'frr_DE' }, 'en', 'North Frisian is not French'],
    [{ LANG: 'de_DE.UTF-8' }, 'en', 'English otherwise'],
    [{ LANG: 'en_US.UTF-8', LANGUAGE: 'de:fr_CA:en' }, 'fr', 'the first of a list that we speak'],
    [{ LANG: 'fr_FR.UTF-8', LANGUAGE: '' }, 'fr', 'an empty list is none'],
    [{ LC_ALL: 'C', LANGUAGE: 'fr' }, 'en', 'nothing is translated in C'],
    [{ LC_ALL: 'C.UTF-8', LANGUAGE: 'fr' }, 'en', 'nothing is translated in C.UTF-8 either'],
  ];
  for (const [env, locale, why] of cases) {
    it(`is ${locale} for ${JSON.stringify(env)}: ${why}`, () => {
      assert.equal(operatorLanguage(env).locale, locale);
    });
  }
});

/** A number with a unit, in digits or words. */
const limit =
  /(?:\d|\b(?:two|three|five|seven|ten|deux|trois|cinq|sept|dix))[\s\u00a0](?:last |derni\S+ )?(?:[kMG][Bo]|pixels|(?:milli|seconde?|minute|hour|heure|day|jour|character|caract|row|ligne))/;

/** Lengths of addresses (RFC 5321 and 1035), units, and periods that are a choice. */
function isFixed(key: string): boolean {
  return /^(?:errors\.address|mailboxes\.quota\.help|table\.periods)\b/.test(key);
}

/** A browser's request, with Express's header methods. */
function asking(header: string | undefined): LanguageRequest {
  const headers = header === undefined ? {} : { 'accept-language': header };
  const req: unknown = Object.setPrototypeOf({ headers }, express.request);
  return req as LanguageRequest;
}

function flatten(texts: object, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(texts).flatMap(([key, value]: [string, unknown]) =>
      typeof value === 'string'
        ? [[prefix + key, value] as const]
        : [...flatten(Object(value), `${prefix}${key}.`)],
    ),
  );
}

function argumentsIn(text: string): string[] {
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name))].toSorted();
}

function sourceTexts(): string {
  const files = ['plugin', 'views'].flatMap((folder) =>
    readdirSync(join(programFolder, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|ejs|js)$/.test(file))
      .map((file) => join(programFolder, folder, file)),
  );
  return files.map((file) => readFileSync(file, 'utf8')).join('\n');
}

/** Keys that appear in no source, whole or composed. */
function unused(keys: readonly string[]): string[] {
  const sources = sourceTexts();
  const patterns = [...templatesIn(sources), ...labelsIn(sources)];
  return keys.filter(
    (key) => !sources.includes(`'${key}'`) && !patterns.some((pattern) => pattern.test(key)),
  );
}

/** Keys such as `${id}.menu`. An inserted value is one part, unless it is the first or the last. */
function templatesIn(sources: string): readonly RegExp[] {
  return [...sources.matchAll(/`((?:[\w.-]|\$\{[^}]+\})+)`/g)]
    .map(([, template = '']) => template.split(/\$\{[^}]*\}/))
    .filter((parts) => parts.length > 1 && parts.some((part) => /\.[a-z-]+|[a-z-]+\./.test(part)))
    .filter(([first = '']) => !isColumn(first))
    .map((parts) => {
      const literal = parts.map((part) => part.replaceAll(/[.-]/g, '\\$&'));
      const [first = '', ...rest] = literal;
      const last = rest.pop() ?? '';
      const opening = first === '' ? '[\\w.-]+' : `${first}[\\w-]+`;
      const closing = last === '' ? '[\\w.-]*' : last;
      return new RegExp(`^${[opening, ...rest].join('[\\w-]+')}${closing}$`);
    });
}

/** `domains.${column}` names a database column; its text is recognized by what precedes it. */
function isColumn(first: string): boolean {
  return /^(domains|accounts|owners|mailboxes|aliases|plans)\.$/.test(first);
}

/** Field names for a summary of errors: `labels: 'domain-mail.fields'`. */
function labelsIn(sources: string): readonly RegExp[] {
  return [...sources.matchAll(/labels: '([\w.-]+)'/g)].map(
    ([, prefix = '']) => new RegExp(`^${prefix.replaceAll('.', '\\.')}\\.[\\w.-]+$`),
  );
}
