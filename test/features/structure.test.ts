import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { features } from '../../plugin/features.js';
import { programFolder } from '../../plugin/runtime/paths.js';

const folders = readdirSync(join(programFolder, 'plugin/features')).toSorted();
const sources = readdirSync(join(programFolder, 'plugin'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, text: readFileSync(join(programFolder, 'plugin', file), 'utf8') }));

describe('a feature', () => {
  it('has a folder with a registration, which is in the list of features', () => {
    for (const folder of folders) {
      assert.ok(existsSync(join(programFolder, 'plugin/features', folder, 'feature.ts')), folder);
    }
    assert.deepEqual(features.map(({ id }) => id).toSorted(), folders);
  });

  it('is named only in the list, in its folder, and in features that build on it', () => {
    const naming = sources
      .filter(({ file }) => file !== 'features.ts' && !file.startsWith('features/'))
      .filter(({ text }) => /(?:from|import\() ?'[./]*\/features\/[^']*'/.test(text))
      .map(({ file }) => file);
    assert.deepEqual(naming, []);
    for (const folder of folders) {
      const list = sources.find(({ file }) => file === 'features.ts')?.text ?? '';
      assert.equal(list.split(`'./features/${folder}/`).length, 2, folder);
      assert.ok(list.includes(`'./features/${folder}/feature.js'`), folder);
    }
  });

  it('declares its tables, sweeps and secrets only in its registration', () => {
    const tables = new Set(
      features.flatMap(({ expires = [], sealed = [] }) =>
        [...expires, ...sealed].map(({ table }) => table),
      ),
    );
    assert.ok(tables.size >= 2);
    const rooms = ['app.ts', 'extension.ts', 'work.ts', 'server.ts', 'cli.ts', 'commands/', 'web/'];
    for (const table of tables) {
      const naming = sources
        .filter(({ file }) => rooms.some((room) => file.startsWith(room)))
        .filter(({ text }) => text.includes(`'${table}'`))
        .map(({ file }) => file);
      assert.deepEqual(naming, [], table);
    }
  });

  it('has views in a folder of its own, and texts in a file of its own in each language', () => {
    for (const folder of folders) {
      const own = sources.filter(({ file }) => file.startsWith(`features/${folder}/`));
      const shown = own.flatMap(({ text }) =>
        [...text.matchAll(/(?:view: |pages\.show\(req, res, )'([a-z-]+)\//g)].map(([, of]) => of),
      );
      const allowed = viewsOf[folder] ?? [folder];
      assert.deepEqual(
        [...new Set(shown)].filter((of) => !allowed.includes(of ?? '')),
        [],
        folder,
      );
      for (const locale of ['en', 'fr']) {
        assert.ok(existsSync(join(programFolder, `locales/${locale}/${folder}.json`)), folder);
      }
    }
  });
});

/** A feature with several kinds of things may have a folder of views for each. */
const viewsOf: Readonly<Record<string, readonly string[]>> = {
  mailboxes: ['mailboxes', 'aliases', 'own-mailbox'],
};
