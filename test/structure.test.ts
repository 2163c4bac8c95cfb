import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { programFolder } from '../plugin/runtime/paths.js';
import { type LockFile, forOlderNpm } from './support/lock-file.js';
import { temporaryFolder } from './support/processes.js';

const topLevel = new Set([
  '.ci',
  '.git',
  '.gitignore',
  '.oxfmtrc.json',
  '.oxlintrc.json',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'LICENSE',
  'README.md',
  'SECURITY.md',
  'dist',
  'docs',
  'locales',
  'manifest.json',
  'migrations',
  'node_modules',
  'package-lock.json',
  'package.json',
  'plugin',
  'test',
  'tsconfig.build.json',
  'tsconfig.json',
  'var',
  'views',
]);

/** The rooms, lowest first: each may import from those before it. */
const layers = [
  ['runtime'],
  ['database'],
  ['secrets', 'viewing'],
  ['changes'],
  ['web'],
  ['jobs', 'mail-server', 'pictures', 'sending'],
  ['tables'],
  ['exports'],
  ['previews'],
  ['panel'],
];

function plantedIn(room: string, layer: number): [file: string, imported: string, boolean][] {
  const to = (other: string, isRefused: boolean): [string, string, boolean] => [
    `plugin/${room}/to-${other}.ts`,
    `../${other}/a/index.js`,
    isRefused,
  ];
  return [
    ...layers.slice(0, layer).flatMap((below) => below.map((each) => to(each, false))),
    ...layers.slice(layer + 1).flatMap((above) => above.map((each) => to(each, true))),
    to('features', true),
    [`plugin/${room}/to-app.ts`, '../app.js', true],
    [`plugin/${room}/deep/to-features.ts`, '../../features/a/index.js', true],
    [`plugin/${room}/deep/to-config.ts`, '../../config.js', true],
  ];
}

describe('the layout', () => {
  it('has only known names at the top level', () => {
    assert.deepEqual(
      readdirSync(programFolder).filter((name) => !topLevel.has(name)),
      [],
    );
  });

  it('has only the composition and the entries of threads at the program’s root', () => {
    assert.deepEqual(
      readdirSync(join(programFolder, 'plugin'))
        .filter((name) => name.endsWith('.ts'))
        .map((name) => name.replace('.ts', '')),
      [
        'app',
        'cli',
        'config',
        'errors',
        'export-worker',
        'extension',
        'feature',
        'features',
        'index',
        'job-worker',
        'manifest',
        'server',
        'work',
      ],
    );
  });

  it('installs without a compiler, whatever Node runs npm', () => {
    const lock: LockFile = JSON.parse(
      readFileSync(join(programFolder, 'package-lock.json'), 'utf8'),
    );
    assert.deepEqual(lock, forOlderNpm(lock), 'npm has written package-lock.json: `npm run lock`');
  });

  it('has no test with a time limit of its own, which a busy machine would exceed', () => {
    const limit = /\bthis\.timeout\(|\}\)\.timeout\(|waitFor\(\{ timeout/;
    const files = readdirSync(join(programFolder, 'test'), { recursive: true, encoding: 'utf8' });
    const limited = files
      .filter((file) => file.endsWith('.ts') && !file.startsWith('bench'))
      .filter((file) => limit.test(readFileSync(join(programFolder, 'test', file), 'utf8')));
    assert.deepEqual(limited, []);
  });

  it('has no any in the program', () => {
    const folder = join(programFolder, 'plugin');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const allowing = files
      .filter((file) => file.endsWith('.ts'))
      .filter((file) => readFileSync(join(folder, file), 'utf8').includes('no-explicit-any'));
    assert.deepEqual(allowing, []);
  });

  it('names no protocol in connecting/', () => {
    const folder = join(programFolder, 'plugin/connecting');
    const named = readdirSync(folder).filter((file) =>
      /smtp|imap|mail|ehlo|starttls/i.test(readFileSync(join(folder, file), 'utf8')),
    );
    assert.deepEqual(named, []);
  });

  it('is enforced by the linter: rooms import lower rooms only, and rules import no I/O', () => {
    const planted: (readonly [file: string, imported: string, isRefused: boolean])[] = [
      ...layers.flatMap((rooms, layer) => rooms.flatMap((room) => plantedIn(room, layer))),
      ['plugin/connecting/planted.ts', '../features/a/index.js', true],
      ['plugin/panel/standalone/a/commands.ts', '../../../commands/a.js', false],
      ['plugin/panel/standalone/a/planted.ts', '../../../features/a/index.js', true],
      ['plugin/connecting/planted-protocol.ts', '../sending/outcomes.js', true],
      ['plugin/connecting/allowed.ts', '../addresses/index.js', false],
      ['plugin/features/b/planted.ts', '../a/store.js', true],
      ['plugin/features/b/to-app.ts', '../../app.js', true],
      ['plugin/features/b/to-feature.ts', '../../feature.js', false],
      ['plugin/features/b/allowed.ts', '../a/index.js', false],
      ['plugin/features/b/mailbox.ts', 'node:fs', true],
      ['plugin/addresses/planted.ts', 'node:fs', true],
      ['migrations/planted.ts', '../plugin/web/planted.js', true],
    ];
    const folder = temporaryFolder('lint');
    for (const file of ['.oxlintrc.json', 'tsconfig.json']) {
      cpSync(join(programFolder, file), join(folder, file));
    }
    symlinkSync(join(programFolder, 'node_modules'), join(folder, 'node_modules'));
    write(join(folder, 'plugin/features/a/index.ts'), 'export const a = 1;');
    write(join(folder, 'plugin/features/a/store.ts'), 'export const a = 1;');
    for (const [file, imported] of planted) {
      write(
        join(folder, file),
        `import * as imported from '${imported}';\nexport const x = imported;`,
      );
    }

    const lint = spawnSync(
      join(programFolder, 'node_modules/.bin/oxlint'),
      ['--format=unix', 'plugin', 'migrations'],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    );
    for (const [file, imported, isRefused] of planted) {
      const found = lint.stdout.includes(`${file}:1:1: '${imported}' import is restricted`);
      assert.equal(found, isRefused, `${file} imports ${imported}\n${lint.stdout}`);
    }
  });
});

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
