import assert from 'node:assert/strict';
import { linkSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '../../plugin/errors.js';
import { openMailFile } from '../../plugin/mail-server/mail-file.js';
import { temporaryFolder } from '../support/processes.js';

describe('the mail servers’ file', () => {
  let folder: string;
  let secret: string;

  beforeEach(() => {
    folder = join(temporaryFolder('mail-file'), 'mail');
    mkdirSync(folder);
    secret = join(folder, '../secret');
    writeFileSync(secret, 'a secret of root', { mode: 0o600 });
  });

  const planted: [what: string, plant: (target: string, path: string) => void, name: string][] = [
    ['a symbolic link', symlinkSync, 'mail.sqlite'],
    ['a hard link', linkSync, 'mail.sqlite'],
    ['a link in the place of its log', symlinkSync, 'mail.sqlite-wal'],
  ];
  for (const [what, plant, name] of planted) {
    it(`is neither opened nor given away when it is ${what}`, () => {
      plant(secret, join(folder, name));
      assert.throws(() => openMailFile(join(folder, 'mail.sqlite')), StartError);
      assert.equal(statSync(secret).mode & 0o777, 0o600);
      assert.equal(readFileSync(secret, 'utf8'), 'a secret of root');
    });
  }

  it('is rejected in one line when it is not a database', () => {
    writeFileSync(join(folder, 'mail.sqlite'), 'x'.repeat(5000));
    assert.throws(() => openMailFile(join(folder, 'mail.sqlite')), /maps rebuild/);
  });

  it('is in a folder where others cannot replace it', () => {
    openMailFile(join(folder, 'mail.sqlite')).close();
    const isRoot = process.getuid?.() === 0;
    assert.equal(statSync(folder).mode & 0o7777, isRoot ? 0o3770 : 0o770);
  });
});
