import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '../plugin/errors.js';
import { loadManifest, parseManifest } from '../plugin/manifest.js';
import { programFolder } from '../plugin/runtime/paths.js';

const text = readFileSync(join(programFolder, 'manifest.json'), 'utf8');
type Json = Record<string, unknown>;

describe('the manifest', () => {
  const cases: [why: string, change: (manifest: Json) => void, message: RegExp][] = [
    ['a key that it does not know', (m) => (m['colour'] = 'red'), /colour/],
    ['no id', (m) => delete m['id'], /"id"/],
    ['a version that is none', (m) => (m['version'] = '1'), /"version"/],
    ['a name without French', (m) => (m['name'] = { en: 'Mail' }), /lacks fr/],
    [
      'a menu entry with a permission that does not exist',
      (m) =>
        (m['navigation'] = [
          { id: 'x', path: '/x', place: 'mail', icon: 'x', permission: 'x.fly' },
        ]),
      /x\.fly/,
    ],
    [
      'a setting whose default is of another type',
      (m) => (m['settings'] = [{ key: 'x', type: 'boolean', default: 'yes' }]),
      /settings/,
    ],
  ];
  for (const [why, change, message] of cases) {
    it(`is refused with ${why}`, () => {
      const manifest: Json = JSON.parse(text);
      change(manifest);
      assert.throws(
        () => parseManifest(JSON.stringify(manifest)),
        (error) => error instanceof StartError && message.test(error.message),
      );
    });
  }

  it('is refused when it is not JSON', () => {
    assert.throws(() => parseManifest('{'), StartError);
  });

  it('has the version of the package', () => {
    const { version }: { version: string } = JSON.parse(
      readFileSync(join(programFolder, 'package.json'), 'utf8'),
    );
    assert.equal(loadManifest().version, version);
  });
});
