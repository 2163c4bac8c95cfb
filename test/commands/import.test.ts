import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { relais } from '../support/cli.js';
import { addAccount, addDomain } from '../support/fixtures.js';
import { useTestApp } from '../support/opened.js';

describe('relais import', () => {
  const app = useTestApp();
  before(async () => {
    await addAccount(app, 'acme');
    await addDomain(app, 'a.example', 'acme');
  });

  const importing = (kind: string, lines: readonly string[], ...args: readonly string[]) => {
    const file = join(app.config.dataFolder, 'file.csv');
    writeFileSync(file, lines.join('\n'));
    return relais(app.config.dataFolder, 'import', kind, file, ...args);
  };
  const mailboxes = async (): Promise<readonly string[]> =>
    await app.db.knex('mailboxes').orderBy('address').pluck('address');

  it('says which lines cannot be imported and why, and imports nothing with --dry-run', async () => {
    const lines = ['address,password', 'x@a.example,tR4v8-mKq2x-Hn7wz', 'y@b.example,short'];
    const { code, out, errors } = await importing('mailboxes', lines, '--dry-run');
    assert.deepEqual([code, errors], [0, '']);
    assert.match(out, /^1 row will change\n/);
    assert.match(out, /\nLine 3: .*b\.example.*Password: At least/);
    assert.doesNotMatch(out, /tR4v8|short/);
    assert.deepEqual(await mailboxes(), []);
  });

  it('imports, and prints generated passwords once', async () => {
    const done = await importing('mailboxes', ['address', 'x@a.example'], '--generate', '--json');
    const { preview, result } = JSON.parse(done.out);
    assert.equal(result.changed, 1);
    assert.deepEqual(await mailboxes(), ['x@a.example']);
    const passwords = () => relais(app.config.dataFolder, 'import', 'passwords', String(preview));
    assert.match((await passwords()).out, /^x@a\.example,[\w-]{23}\n$/);
    assert.match((await passwords()).errors, /somebody has fetched them/);
  });

  it('imports domains and aliases', async () => {
    const { out } = await importing('domains', ['domain,owner', 'new.example,acme'], '--json');
    assert.equal(JSON.parse(out).result.changed, 1);
    const lines = ['alias,forwards to', 'i@new.example,x@a.example'];
    assert.equal(JSON.parse((await importing('aliases', lines, '--json')).out).result.changed, 1);
  });

  it('is refused with a file that cannot be read', async () => {
    const { code, errors } = await importing('mailboxes', ['name', 'x']);
    assert.notEqual(code, 0);
    assert.match(errors, /one of them must be “Address”/);
    const none = await relais(app.config.dataFolder, 'import', 'domains', '/nowhere.csv');
    assert.match(none.errors, /cannot be read/);
  });
});
