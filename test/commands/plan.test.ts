import assert from 'node:assert/strict';
import { type CliResult, relais } from '../support/cli.js';
import { addAccount } from '../support/fixtures.js';
import { useTestApp } from '../support/opened.js';

describe('relais plan', () => {
  const app = useTestApp();

  const run = (...args: readonly string[]): Promise<CliResult> =>
    relais(app.config.dataFolder, 'plan', ...args);

  it('creates, changes and lists plans, and keeps what no option names', async () => {
    const options = ['--allow', 'aliases.manage', '--webmails', 'sogo', '--max-mailboxes', '10'];
    options.push('--max-quota', '2048', '--max-messages', '5', '--max-message-storage', '3');
    assert.equal((await run('create', 'Starter', ...options)).code, 0);
    const { out } = await run(
      'set',
      'Starter',
      '--name',
      'Basic',
      '--max-mailboxes',
      'none',
      '--json',
    );
    assert.deepEqual(JSON.parse(out), {
      name: 'Basic',
      permissions: ['aliases.manage'],
      webmails: ['sogo'],
      maxQuotaBytes: 2048 * 1024 ** 2,
      maxMessages: 5,
      maxMessageBytes: 3 * 1024 ** 2,
      maxSmtpServers: 50,
    });
    assert.match(
      (await run('list')).out,
      /\nBasic +– +0( +No limit){5} +2 GB( +No limit){4} +50 +5 +3 MB\n$/,
    );
    const { out: all } = await run('create', 'Unlimited', '--json');
    const { permissions }: { permissions: string[] } = JSON.parse(all);
    assert.equal(permissions.length, app.manifest.permissions.filter(({ plan }) => plan).length);
  });

  it('removes a plan without accounts, once confirmed', async () => {
    await run('create', 'Used');
    const { id } = await app.db.knex('plans').where({ name: 'Used' }).first();
    const accountId = await addAccount(app, 'user', { planId: id });
    assert.match((await run('remove', 'Used')).errors, /--yes/);
    assert.match((await run('remove', 'Used', '--yes')).errors, /^1 account has the plan Used/);
    await app.panel.accounts.remove(app.operator, accountId);
    assert.equal((await run('remove', 'Used', '--yes')).code, 0);
    assert.equal(await app.db.knex('plans').where({ name: 'Used' }).first(), undefined);
  });

  it('reports every invalid option in a line of its own', async () => {
    await run('create', 'Taken');
    const cases: [args: string[], errors: RegExp][] = [
      [['create', 'taken'], /^name: .*already exists\.\n$/],
      [
        ['create', 'x', '--max-mailboxes', '-1', '--max-quota', 'x'],
        /^--max-mailboxes: .*\n--max-quota: .*\n$/,
      ],
      [['create', 'x', '--allow', 'fly'], /^There is no permission fly; there are .*\n$/],
      [['set', 'Nothing'], /^There is no plan Nothing\.\n$/],
    ];
    for (const [args, errors] of cases) {
      const result = await run(...args);
      assert.deepEqual([result.code, result.out], [1, ''], args.join(' '));
      assert.match(result.errors, errors, args.join(' '));
    }
  });
});
