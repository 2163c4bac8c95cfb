import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openTestApp } from '../support/app.js';
import { type CliResult, spawnRelais } from '../support/cli.js';
import { type SmallDisk, smallDisk } from '../support/small-disk.js';

describe('a start', () => {
  let disk: SmallDisk;
  let data: string;
  beforeEach(() => {
    disk = smallDisk(16);
    data = join(disk.folder, 'data');
  });
  afterEach(() => disk.remove());

  const withData = async (): Promise<void> => {
    const app = await openTestApp('sqlite', {}, disk.folder);
    await app.close();
  };

  it('on a full disk fails with one line, and leaves no empty key file', async () => {
    mkdirSync(data);
    disk.fill();
    assertOneLine(
      await spawnRelais(data, 'start', '--port', '0'),
      /SQLITE_(FULL|IOERR|CANTOPEN)|ENOSPC/,
    );
    assert.ok(!readdirSync(data).some((name) => name.startsWith('relais.key')));
    assertOneLine(await spawnRelais(data, 'key', 'add'), /key file .* cannot be made \(ENOSPC\)/);
    assert.ok(!readdirSync(data).some((name) => name.startsWith('relais.key')));
  });

  it('on a disk that has filled up fails with one line, and succeeds once there is space', async () => {
    await withData();
    disk.fill();
    const { code, errors } = await spawnRelais(data, 'plan', 'list');
    if (code !== 0) {
      assertOneLine({ code, out: '', errors }, /full, read-only or failing.*\((SQLITE|ENOSPC)/);
    }
    const before = readdirSync(data).filter((name) => name.startsWith('relais.key'));
    assertOneLine(await spawnRelais(data, 'key', 'add'), /key.* cannot be written \(ENOSPC\)/);
    assert.deepEqual(
      readdirSync(data).filter((name) => name.startsWith('relais.key')),
      before,
    );
    disk.empty();
    assert.equal((await spawnRelais(data, 'plan', 'list')).code, 0);
  });

  it('on a read-only disk fails with one line', async () => {
    await withData();
    disk.makeReadOnly();
    assertOneLine(
      await spawnRelais(data, 'start', '--port', '0'),
      /cannot be written to|cannot be opened .*\(SQLITE_|read-only/,
    );
  });
});

function assertOneLine({ code, out, errors }: CliResult, reason: RegExp): void {
  assert.equal(code, 1, errors);
  assert.equal(out, '');
  assert.match(errors, reason);
  assert.equal(errors.trimEnd().split('\n').length, 1, errors);
}
