import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { programFolder } from '../../plugin/runtime/paths.js';
import { findSources } from '../../plugin/runtime/threads.js';
import { builtAssets, loadAssets } from '../../plugin/web/assets.js';
import { icons } from '../../plugin/web/icons.js';

const build = () =>
  promisify(execFile)(process.execPath, ['--import', findSources, 'plugin/web/build-assets.ts'], {
    cwd: programFolder,
  });

describe('the assets of the pages', () => {
  it('are complete at any moment during builds', async () => {
    const state = { isBuilding: true };
    const builds = Promise.all([build(), build()]).finally(() => (state.isBuilding = false));
    const paths = new Set<string>();
    while (state.isBuilding) {
      paths.add(loadAssets().path('icons.svg'));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await builds;
    paths.add(loadAssets().path('icons.svg'));
    assert.equal(paths.size, 1, 'nothing changed');
  });

  it('include a drawing for each icon, in the page’s colours and lines', () => {
    const { files } = JSON.parse(readFileSync(builtAssets, 'utf8'));
    const sprite = Buffer.from(files['icons.svg'].identity, 'base64').toString();
    for (const name of icons) {
      assert.match(sprite, new RegExp(`<symbol id="${name}" viewBox="0 0 24 24">(<g>)?<path d="`));
    }
    assert.doesNotMatch(sprite, /stroke|fill="none"/);
  });

  it('reject undeclared icons, and every declared icon is used', () => {
    const assets = loadAssets();
    const path = (name: string): string => assets.path(name);
    assert.match(path('icons.svg#eye'), /icons\.svg#eye$/);
    assert.throws(() => path('icons.svg#nobody'), /no icon nobody/);
    assert.throws(() => path('nobody.css'), /no asset/);
    const named =
      textsIn('views', 'plugin').join('') +
      readFileSync(join(programFolder, 'manifest.json'), 'utf8');
    assert.deepEqual(
      icons.filter((name) => !named.includes(`'${name}'`) && !named.includes(`"${name}"`)),
      [],
    );
  });

  it('include every icon that a template uses', () => {
    const expressions = textsIn('views').flatMap((text) =>
      [...text.matchAll(/\bicon: ([^}]*)/g)].map(([, expression = '']) => expression),
    );
    const named = expressions.flatMap((expression) =>
      [...(expression.split(/, \w+: /)[0]?.matchAll(/(?<![=(] ?)'([a-z\d-]+)'/g) ?? [])].map(
        ([, name = '']) => name,
      ),
    );
    assert.ok(named.length > 50);
    const known: ReadonlySet<string> = new Set(icons);
    assert.deepEqual(
      named.filter((name) => !known.has(name)),
      [],
    );
  });
});

function textsIn(...folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(programFolder, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ejs|ts)$/.test(file) && !file.endsWith('icons.ts'))
      .map((file) => readFileSync(join(programFolder, folder, file), 'utf8')),
  );
}
