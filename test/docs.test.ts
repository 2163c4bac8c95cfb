import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { variables } from '../plugin/config.js';
import { loadManifest } from '../plugin/manifest.js';
import { programFolder } from '../plugin/runtime/paths.js';

const readme = readFileSync(join(programFolder, 'README.md'), 'utf8');

describe('the README', () => {
  it('has every variable of the environment with its default', () => {
    const documented = tableRows()
      .filter(([name = '']) => name.startsWith('`RELAIS_'))
      .map(([name, , preset]) => [plain(name), plain(preset)]);
    assert.deepEqual(Object.fromEntries(documented), variables);
  });

  it('has every permission with its roles', () => {
    const documented = tableRows().filter(([id = '']) => /^`[a-z-]+\.[a-z-]+`$/.test(id));
    assert.deepEqual(
      documented.map(([id, roles = '', plan]) => ({
        id: plain(id),
        roles: roles.split(', '),
        plan: plan === 'yes',
      })),
      loadManifest().permissions,
    );
  });

  it('names folders and files that are there, and leaves out no feature', () => {
    for (const [, path = ''] of rows(
      /`((?:plugin|views|locales|migrations|test|docs)\/[\w/.-]*)`/g,
    )) {
      assert.ok(existsSync(join(programFolder, path)), path);
    }
    for (const feature of readdirSync(join(programFolder, 'plugin/features'))) {
      assert.ok(readme.includes(`\`${feature}\``), feature);
    }
  });

  it('shows pictures that are there', () => {
    const pictures = rows(/!\[[^\]]*\]\(([^)]+)\)/g);
    assert.equal(pictures.length, 2);
    for (const [, path = ''] of pictures) {
      assert.ok(existsSync(join(programFolder, path)), path);
    }
  });
});

function tableRows(): string[][] {
  return readme
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

function plain(code: string | undefined): string {
  return (code ?? '').replaceAll('`', '');
}

function rows(pattern: RegExp): RegExpMatchArray[] {
  return [...readme.matchAll(pattern)];
}
