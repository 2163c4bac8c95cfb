import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CliResult, relais } from '../support/cli.js';
import { addAccount, addDomain } from '../support/fixtures.js';
import { useTestApp } from '../support/opened.js';
import { redBox, svgOf } from '../features/smtp-servers/logo-files.js';

describe('relais webmail', () => {
  const app = useTestApp();

  const run = (...args: readonly string[]): Promise<CliResult> =>
    relais(app.config.dataFolder, 'webmail', ...args);
  const withKey = async (key: string) =>
    (await app.features.webmails.list()).find((each) => each.key === key);

  it('adds, changes and lists applications, and keeps what no option names', async () => {
    const address = 'https://{domain}/mail/?_user={mailbox}';
    const { out } = await run('create', 'Our mail', '--address', address, '--default', '--json');
    const added = { key: 'our-mail', name: 'Our mail', address, icon: 'mail', isDefault: true };
    assert.deepEqual(JSON.parse(out), added);
    const set = await run('set', 'our-mail', '--address', 'http://mail.example/', '--icon', 'at');
    assert.match(set.out, /^Our mail has been saved\. .*http: passwords .*unencrypted\.\n$/);
    assert.equal((await withKey('our-mail'))?.isDefault, true);
    const { out: listed } = await run('list', '--where', 'address=http', '--json');
    assert.deepEqual(JSON.parse(listed), [
      {
        key: 'our-mail',
        name: 'Our mail',
        address: 'http://mail.example/',
        domains: 0,
        isDefault: true,
      },
    ]);
  });

  it('takes a picture from a file, and removes it', async () => {
    const file = join(app.config.dataFolder, 'logo.svg');
    writeFileSync(file, svgOf(redBox));
    const { id = 0 } = (await withKey('roundcube')) ?? {};
    const address = ['--address', 'https://rc.example/'];
    assert.equal((await run('set', 'roundcube', ...address, '--picture', file)).code, 0);
    assert.equal((await app.features.webmails.page(id)).picture?.type, 'image/png');
    assert.equal((await run('set', 'roundcube', '--picture', 'none')).code, 0);
    assert.equal((await app.features.webmails.page(id)).picture, undefined);
    writeFileSync(file, 'no picture');
    assert.match((await run('set', 'roundcube', '--picture', file)).errors, /logo\.svg: /);
  });

  it('removes one once confirmed, after naming the domains that chose it', async () => {
    await addAccount(app, 'chooser');
    await addDomain(app, 'chosen.example', 'chooser');
    await app.db.knex('domains').where({ name: 'chosen.example' }).update({ webmail: 'sogo' });
    assert.match((await run('remove', 'sogo')).errors, /One domain .*: chosen\.example\./);
    assert.equal((await run('remove', 'sogo', '--yes')).code, 0);
    assert.equal(await withKey('sogo'), undefined);
  });

  it('reports invalid options and unknown applications', async () => {
    const cases: [args: string[], errors: RegExp][] = [
      [['create', 'ROUNDCUBÉ', '--address', 'https://x.example/'], /^<name>: Another application/],
      [['create', 'New', '--address', 'ftp://x.example/'], /^--address: .*https:\/\//],
      [['set', 'nothing', '--icon', 'at'], /^There is no webmail application nothing\.\n$/],
    ];
    for (const [args, errors] of cases) {
      const result = await run(...args);
      assert.equal(result.code, 1);
      assert.match(result.errors, errors);
    }
  });
});
