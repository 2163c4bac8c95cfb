import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import ejs from 'ejs';
import { programFolder } from '../runtime/paths.js';
import { escapeHtml } from './escape.js';
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

type Include = (view: string, given?: Readonly<Record<string, unknown>>) => string;

/** A page's variables, the function to include a template, and the arguments that it passed. */
interface Locals extends Page {
  readonly t: Language['t'];
  readonly include: Include;
  readonly given: Readonly<Record<string, unknown>>;
}

type Template = (locals: Locals) => string;

const names = ['language', 'it', 'url', 'asset', 'viewer', 'csrfToken', 't', 'include', 'given'];

/** Renders a template of `views/`, named by its path without `.ejs`, such as `domain-mail/settings`. */
export type Render = (view: string, page: Page) => string;

/**
 * Compiles all templates at start, for each language with its texts inlined, so that an error shows at once. Express's
 * `res.render` belongs to the application that mounts the extension, and passes EJS none of the options that make it
 * fast.
 */
export function loadViews(folder = join(programFolder, 'views')): Render {
  const sources = templateFiles(folder).map((file) => ({
    file,
    view: relative(folder, file)
      .replaceAll(sep, '/')
      .replace(/\.ejs$/, ''),
    text: readFileSync(file, 'utf8'),
  }));
  const templates = new Map(
    locales.map((locale) => [
      locale,
      new Map(sources.map(({ view, ...source }) => [view, compile(source, languageFor(locale))])),
    ]),
  );

  return (view, page) => {
    const { language, it, url, asset, viewer, csrfToken } = page;
    const { t } = language;
    const find = templates.get(language.locale);
    const include: Include = (name, given = nothing) => {
      const template = find?.get(name);
      if (template === undefined) {
        throw new Error(`There is no view ${name}.`);
      }
      return template({ language, it, url, asset, viewer, csrfToken, t, include, given });
    };
    return include(view);
  };
}

const nothing = {};

/** A text without arguments that the template only prints. */
const plainText = /<%= t\('([\w.-]+)'\) %>/g;

function compile(
  source: { readonly file: string; readonly text: string },
  { t }: Language,
): Template {
  const text = source.text.replaceAll(plainText, (_tag, key: string) => escapeHtml(t(key)));
  const template = ejs.compile(text, {
    ...options,
    filename: source.file,
    destructuredLocals: names,
  });
  return (locals) => template(locals);
}

const options = {
  _with: false,
  escape: escapeHtml,
  rmWhitespace: true,
  // Otherwise each include would copy the locals. Only `loadViews` creates them.
  unsafePrototypeLocals: true,
};

function templateFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ejs'))
    .map((entry) => join(entry.parentPath, entry.name));
}
