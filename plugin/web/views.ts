import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import ejs from 'ejs';
import { programFolder } from '../paths.js';
import { escapeHtml } from './escape.js';

/** What every template can use by name; what a page brings of its own is under `it`. */
const common = ['include', 't', 'language', 'url', 'asset', 'viewer', 'csrfToken'] as const;

export interface Locals {
  readonly it: Readonly<Record<string, unknown>>;
  readonly [name: string]: unknown;
}

/** Renders a template of `views/`, named by its path without `.ejs`, such as `domain-mail/settings`. */
export type Render = (view: string, locals: Locals) => string;

/**
 * Compiles every template at once, so that a mistake in one shows at the start. Express's own `res.render` would
 * belong to the application that the extension is mounted in, and passes EJS none of the options that make it fast.
 */
export function loadViews(folder = join(programFolder, 'views')): Render {
  const templates = new Map(
    templateFiles(folder).map((file) => [
      relative(folder, file)
        .replaceAll(sep, '/')
        .replace(/\.ejs$/, ''),
      compile(file),
    ]),
  );

  const run = (view: string, locals: Locals): string => {
    const template = templates.get(view);
    if (template === undefined) {
      throw new Error(`There is no view ${view}.`);
    }
    return template(locals);
  };
  const withInclude = (given: Locals): Locals => {
    const locals = {
      ...given,
      include: (view: string, it?: Locals['it']) =>
        run(
          view,
          it === undefined ? locals : withInclude({ ...given, it: { ...given.it, ...it } }),
        ),
    };
    return locals;
  };
  return (view, locals) => run(view, withInclude(locals));
}

function compile(file: string): (locals: Locals) => string {
  const template = ejs.compile(readFileSync(file, 'utf8'), {
    ...options,
    filename: file,
    destructuredLocals: [...common, 'it'],
  });
  return (locals) => template(locals);
}

const options = {
  _with: false,
  escape: escapeHtml,
  rmWhitespace: true,
  // Without it each include would copy the locals once more. Only `Pages` makes them.
  unsafePrototypeLocals: true,
};

function templateFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ejs'))
    .map((entry) => join(entry.parentPath, entry.name));
}
