import assert from 'node:assert/strict';
import { type CliResult, relais } from '../support/cli.js';
import { useMailScene } from '../panel-mail/scene.js';

describe('relais settings mails', () => {
  const scene = useMailScene('sqlite');

  const run = (...args: readonly string[]): Promise<CliResult> =>
    relais(scene.app.config.dataFolder, 'settings', ...args);

  it('shows and changes how mails of the panel are sent', async () => {
    const shown = JSON.parse((await run('mails', '--json')).out);
    const { serverId: server } = scene;
    const none = { from: null, name: null };
    assert.deepEqual(shown, { way: 'server', server, ...none, canSend: true });
    const through = ['--through', 'mail-host', '--from', 'hello@provider.example'];
    const changed = await run('mails', ...through, '--json');
    assert.deepEqual(JSON.parse(changed.out), {
      way: 'mail-host',
      server: null,
      from: 'hello@provider.example',
      name: null,
      canSend: true,
    });
    assert.match((await run('mails')).out, /Sent through +This machine’s mail host/);
    assert.match((await run('mails', '--through', '999')).errors, /^--through: Choose a confirmed/);
    assert.match((await run('mails', '--from', 'nobody')).errors, /^--from: /);
    const without = await run('mails', '--through', 'none', '--from', '');
    assert.match(without.out, /From address +–/);
  });

  it('sends a test mail, and fails with the server’s reply', async () => {
    process.env['RELAIS_SMTP_CA'] = scene.caFile;
    try {
      const sent = await run('try-mails', 'guest@elsewhere.test');
      assert.deepEqual([sent.code, sent.errors], [0, '']);
      assert.match(sent.out, /^The server has accepted the mail to guest@elsewhere\.test\./);
      const refused = await run('try-mails', 'nobody@elsewhere.test');
      assert.equal(refused.code, 1);
      assert.match(refused.errors, /550 5\.1\.1 User unknown/);
      assert.match((await run('try-mails', 'nobody')).errors, /^address: /);
    } finally {
      delete process.env['RELAIS_SMTP_CA'];
    }
  });
});
