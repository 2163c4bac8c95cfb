import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { programFolder } from '../../plugin/runtime/paths.js';

const plugin = join(programFolder, 'plugin');

const sources: ReadonlyMap<string, string> = new Map(
  readdirSync(plugin, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [file, readFileSync(join(plugin, file), 'utf8')]),
);

/** What gives a decision its reasons is named so. */
const refusing = /refusal|refused|NotInPlan|notOffered/i;

/**
 * The keys of all reasons that a decision can give: those in its file, and in each file that defines a refusal which it
 * imports, and so on.
 *
 * @param roots files below `plugin/`.
 */
export function reasonsIn(...roots: readonly string[]): readonly string[] {
  const files = new Set<string>();
  roots.forEach((file) => follow(file, files));
  const keys = [...files].flatMap((file) =>
    [...(sources.get(file) ?? '').matchAll(reason)].map(([, key = '']) => key),
  );
  return [...new Set(keys)].toSorted();
}

/** A field's error, or a refusal of the whole thing. */
const reason = /(?:key: |(?:ConflictError|ForbiddenError)\(\s*)'([a-z-]+\.errors\.[a-z\d-]+)'/g;

function follow(file: string, files: Set<string>): void {
  if (files.has(file)) {
    return;
  }
  const text = sources.get(file);
  assert.ok(text !== undefined, file);
  files.add(file);
  for (const { name, from } of imported(text, file).filter((each) => refusing.test(each.name))) {
    // Otherwise it is exported again from where it is defined.
    const homes = defines(from, name) ? [from] : definitionsOf(name);
    homes.forEach((home) => follow(home, files));
  }
}

function imported(text: string, file: string): readonly { name: string; from: string }[] {
  return [...text.matchAll(/import \{([^}]*)\} from '(\.[^']*)'/g)].flatMap(
    ([, names = '', path = '']) =>
      names
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '' && !name.startsWith('type '))
        .map((name) => ({ name, from: join(dirname(file), path).replace(/js$/, 'ts') })),
  );
}

function defines(file: string, name: string): boolean {
  const definition = new RegExp(`export (?:async )?(?:function|const) ${name}\\b`);
  return definition.test(sources.get(file) ?? '');
}

function definitionsOf(name: string): readonly string[] {
  return [...sources.keys()].filter((file) => defines(file, name));
}

/** The files of a folder below `plugin/`. */
export function filesIn(folder: string): readonly string[] {
  return [...sources.keys()].filter((file) => file.startsWith(`${folder}/`));
}
