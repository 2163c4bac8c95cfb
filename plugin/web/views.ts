import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import ejs from 'ejs';
import { programFolder } from '../runtime/paths.js';
import { escapeForPage, referencesIn } from './escape.js';
import { withIncluded } from './included.js';
import { type Language, languageFor, locales } from './locale.js';

/** What every template can use by name. */
interface Page {
  readonly language: Language;
  /** The page's content, the same for all of its templates. */
  readonly it: Readonly<Record<string, unknown>>;
  readonly url: (path: string) => string;
  readonly asset: (name: string) => string;
  readonly viewer: unknown;
  readonly csrfToken: string;
}

type Given = Readonly<Record<string, unknown>>;

/** The functions that include a template, whose output is the only one that a template prints unescaped. */
interface Includes {
  readonly include: (view: string, given?: Given) => string;
  /**
   * Renders a template once for each object `given`. The page's own variables are empty in it, so that its output
   * depends on nothing else but the language and the mount.
   */
  readonly includeCached: (view: string, given: Given) => string;
}

/** A page's variables, the functions to include a template, and the arguments that it passed. */
interface Locals extends Page, Includes {
  readonly t: Language['t'];
  readonly given: Given;
}

type Template = (locals: Locals) => string;

const names = [
  'language',
  'it',
  'url',
  'asset',
  'viewer',
  'csrfToken',
  't',
  'include',
  'includeCached',
  'given',
];

/** Renders a template of `views/`, named by its path without `.ejs`, such as `domain-mail/settings`. */
export type Render = (view: string, page: Page) => string;

const ownFolder = join(programFolder, 'views');

const loaded = new Map<string, Render>();

/**
 * Reads all templates at start, and compiles each when a page first needs it, for its language with its texts inlined;
 * all extensions of a process share them. Express's `res.render` belongs to the application that mounts the extension,
 * and passes EJS none of the options that make it fast.
 */
export function loadViews(folder = ownFolder): Render {
  const render = loaded.get(folder) ?? rendererOf(folder);
  loaded.set(folder, render);
  return render;
}

/** Compiles all templates. @throws for the first with an error. */
export function compileViews(folder = ownFolder): void {
  const sources = sourcesIn(folder);
  for (const language of locales.map(languageFor)) {
    [...sources.values()].forEach((source) => compile(source, language));
  }
}

function rendererOf(folder: string): Render {
  const sources = sourcesIn(folder);
  const made = (): Views => ({ sources, compiled: new Map(), cached: new WeakMap() });
  const views = new Map(locales.map((locale) => [locale, made()]));
  return (view, page) => includesFor(views.get(page.language.locale) ?? made(), page).include(view);
}

interface Source {
  readonly file: string;
  readonly text: string;
}

function sourcesIn(folder: string): ReadonlyMap<string, Source> {
  const texts = new Map(
    templateFiles(folder).map((file) => [viewOf(folder, file), readFileSync(file, 'utf8')]),
  );
  return new Map(
    [...texts].map(([view, text]) => [
      view,
      { file: join(folder, `${view}.ejs`), text: withIncluded(text, texts) },
    ]),
  );
}

/** The templates in one language. */
interface Views {
  readonly sources: ReadonlyMap<string, Source>;
  readonly compiled: Map<string, Template>;
  readonly cached: WeakMap<Given, Cached>;
}

function templateIn({ sources, compiled }: Views, view: string, language: Language): Template {
  const known = compiled.get(view);
  if (known !== undefined) {
    return known;
  }
  const source = sources.get(view);
  if (source === undefined) {
    throw new Error(`There is no view ${view}.`);
  }
  const template = compile(source, language);
  compiled.set(view, template);
  return template;
}

/** The latest output of `includeCached`. */
interface Cached {
  readonly view: string;
  readonly mount: string;
  readonly html: string;
}

function includesFor(views: Views, page: Page): Includes {
  const { language, it, url, asset, viewer, csrfToken } = page;
  const { t } = language;
  const mount = url('');
  const include: Includes['include'] = (name, given = nothing) => {
    return templateIn(
      views,
      name,
      language,
    )({
      language,
      it,
      url,
      asset,
      viewer,
      csrfToken,
      t,
      include,
      includeCached,
      given,
    });
  };
  const includeCached: Includes['includeCached'] = (view, given) => {
    const known = views.cached.get(given);
    if (known?.view === view && known.mount === mount) {
      return known.html;
    }
    const bare = {
      language,
      url: (path: string) => mount + path,
      asset,
      it: nothing,
      viewer: undefined,
      csrfToken: '',
    };
    // Otherwise blank lines of templates would be compressed on every page.
    const html = includesFor(views, bare).include(view, given).replaceAll(/\n+/g, '\n').trim();
    views.cached.set(given, { view, mount, html });
    return html;
  };
  return { include, includeCached };
}

const nothing = {};

function viewOf(folder: string, file: string): string {
  return relative(folder, file)
    .replaceAll(sep, '/')
    .replace(/\.ejs$/, '');
}

/** A line that prints nothing; its end is not printed either. */
const lineOfCode = /^(\s*(?:<%[^=\-%](?:(?!%>).)*%>\s*)*<%[^=\-%](?:(?!%>).)*)%>$/gm;

/** A text without arguments that the template only prints. */
const plainText = /<%= t\('([\w.-]+)'\) %>/g;

function compile({ file, text: source }: Source, { t }: Language): Template {
  const text = source
    .replaceAll(plainText, (_tag, key: string) => escapeForPage(t(key)))
    .replaceAll(lineOfCode, '$1-%>');
  const template = ejs.compile(referencesIn(text), {
    ...options,
    filename: file,
    destructuredLocals: names,
  });
  return (locals) => template(locals);
}

const options = {
  _with: false,
  escape: escapeForPage,
  rmWhitespace: true,
  // Otherwise each include would copy the locals. Only `includesFor` creates them.
  unsafePrototypeLocals: true,
};

function templateFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ejs'))
    .map((entry) => join(entry.parentPath, entry.name));
}
