import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { programFolder } from '../../plugin/paths.js';
import { loadManifest } from '../../plugin/manifest.js';
import {
  type Locale,
  languageFor,
  locales,
  preferredLocale,
  readTexts,
} from '../../plugin/web/locale.js';

const plural = /_(zero|one|two|few|many|other)$/;

describe('the texts', () => {
  const catalogues = new Map(locales.map((locale) => [locale, flatten(readTexts(locale))]));
  const textsOf = (locale: Locale): ReadonlyMap<string, string> =>
    catalogues.get(locale) ?? new Map<string, string>();
  const keysOf = (locale: Locale): Set<string> =>
    new Set([...textsOf(locale).keys()].map((key) => key.replace(plural, '')));

  it('exist in both languages', () => {
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

  it('take the same arguments in both languages', () => {
    for (const [key, text] of textsOf('en')) {
      const translated = textsOf('fr').get(key);
      assert.ok(translated !== undefined, key);
      assert.deepEqual(argumentsIn(translated), argumentsIn(text), key);
    }
  });

  it('are typeset as French is: no ordinary space before high punctuation or inside guillemets', () => {
    for (const [key, text] of textsOf('fr')) {
      assert.doesNotMatch(text, / [:;!?»]|« /, `${key}: ${text}`);
    }
  });

  it('are all used', () => {
    const sources = sourceTexts();
    const dynamic = dynamicPrefixes(sources);
    const unused = [...keysOf('en')].filter(
      (key) => !sources.includes(`'${key}'`) && !dynamic.some((pattern) => pattern.test(key)),
    );
    assert.deepEqual(unused, []);
  });

  it('are there for every entry of the manifest', () => {
    const { t, has } = languageFor('fr');
    const manifest = loadManifest();
    for (const { id } of manifest.navigation) {
      assert.ok(has(`navigation.${id}`), id);
      assert.notEqual(t(`navigation.${id}`), '');
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
    ['de, fr;q=0.3', 'fr', 'the first that we speak'],
    ['de', 'en', 'English otherwise'],
    [undefined, 'en', 'no header'],
    [';;;q=,,', 'en', 'nonsense'],
  ];
  for (const [header, locale, why] of cases) {
    it(`is ${locale} for ${String(header)}: ${why}`, () => {
      assert.equal(preferredLocale(header), locale);
    });
  }
});

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

/** Keys that are put together, such as `navigation.${id}`: every `${…}` stands for one part or more. */
function dynamicPrefixes(sources: string): readonly RegExp[] {
  return [...sources.matchAll(/`([^`\n]*\$\{[^`\n]*)`/g)]
    .map(([, template = '']) => template)
    .filter(
      (template) =>
        /^(\$\{[^}]+\}|[a-z-]+)\./.test(template) &&
        !/[\s/<>]/.test(template.replaceAll(/\$\{[^}]*\}/g, '')),
    )
    .map(
      (template) =>
        new RegExp(
          `^${template
            .split(/\$\{[^}]*\}/)
            .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
            .join('[\\w.-]+')}$`,
        ),
    );
}
