import assert from 'node:assert/strict';
import { addDomain, addPlan } from '../support/fixtures.js';
import { type CliResult, relais } from '../support/cli.js';
import { useTestApp } from '../support/opened.js';

describe('relais account', () => {
  const app = useTestApp();

  before(async () => {
    await addPlan(app);
    await run('create', 'north', '--role', 'reseller', '--name', 'North', '--email', 'n@x.example');
  });

  const run = (...args: readonly string[]): Promise<CliResult> =>
    relais(app.config.dataFolder, 'account', ...args);
  const accountOf = async (login: string) => await app.panel.accountStore.knownByLogin(login);

  it('adds an account with a link to choose a password, without a mail server', async () => {
    const fields = ['--name', 'Lee', '--email', 'Lee@X.example', '--plan', 'Everything'];
    const created = await run('create', 'Lee', ...fields, '--reseller', 'north');
    assert.deepEqual([created.code, created.errors], [0, '']);
    assert.match(
      created.out,
      /^lee has been added\. Link to choose a password, once, within 3 days: http:\/\/127\.0\.0\.1:8880\/new-password\/\S+\n$/,
    );
    const known = await accountOf('lee');
    const chosen = await app.panel.passwords.choose(tokenIn(created.out), 'nine lamps on', '::1');
    assert.equal(chosen, known?.account.id);
    const north = await accountOf('north');
    assert.deepEqual(
      [known?.account.email, known?.account.parentId, known?.account.planId],
      ['lee@x.example', north?.account.id, 1],
    );
  });

  it('adds an account with a generated password, and shows it once', async () => {
    const fields = ['--name', 'Kim', '--email', 'kim@x.example', '--generate', '--json'];
    const { code, out } = await run('create', 'kim', ...fields);
    assert.equal(code, 0);
    const { password }: { password: string } = JSON.parse(out);
    assert.ok((await app.panel.signIn.withPassword('kim', password, { ip: '::1' })) > 0);
  });

  it('lists and changes accounts, and keeps what no option names', async () => {
    await run('create', 'dupont', '--name', 'Dupont', '--email', 'd@x.example', '--language', 'fr');
    assert.equal(
      (await run('set', 'dupont', '--name', 'Dupont SA', '--reseller', 'north')).code,
      0,
    );
    const listed = await run('list', '--search', 'dupont', '--json');
    assert.deepEqual(JSON.parse(listed.out), [
      {
        login: 'dupont',
        name: 'Dupont SA',
        email: 'd@x.example',
        role: 'customer',
        reseller: 'north',
        plan: null,
        suspended: false,
      },
    ]);
    assert.equal((await accountOf('dupont'))?.account.locale, 'fr');
    await run('set', 'dupont', '--reseller', 'none', '--language', 'browser');
    const { account } = (await accountOf('dupont')) ?? {};
    assert.deepEqual([account?.parentId, account?.locale], [undefined, undefined]);
  });

  it('invites again, which ends the earlier link, unless there is a password', async () => {
    const { out } = await run('create', 'again', '--name', 'Again', '--email', 'a@x.example');
    const { link }: { link: string } = JSON.parse((await run('invite', 'again', '--json')).out);
    const isGood = async (url: string) =>
      (await app.panel.passwords.find(tokenIn(url))) !== undefined;
    assert.deepEqual([await isGood(out), await isGood(link)], [false, true]);
    await app.panel.passwords.choose(tokenIn(link), 'nine lamps on', '::1');
    const refused = await run('invite', 'again', '--link');
    assert.deepEqual([refused.code, refused.out], [1, '']);
    assert.match(refused.errors, /^again already has a password/);
  });

  it('suspends and resumes an account, and creates no sign-in link meanwhile', async () => {
    assert.match((await run('suspend', 'north')).out, /^North has been suspended/);
    const refused = await run('link', 'north');
    assert.deepEqual([refused.code, refused.out], [1, '']);
    assert.match(refused.errors, /^north is suspended/);
    assert.match((await run('resume', 'north')).out, /^North has been reactivated/);
    const { out } = await run('link', 'north', '--json');
    const { link }: { link: string } = JSON.parse(out);
    assert.ok((await app.panel.signIn.withLink(tokenIn(link), { ip: '::1' })) !== undefined);
  });

  it('removes an account that owns nothing, once confirmed', async () => {
    await run('create', 'gone', '--name', 'Gone', '--email', 'g@x.example');
    await addDomain(app, 'gone.example', 'gone');
    assert.match((await run('remove', 'gone')).errors, /sign in as gone .*--yes/);
    assert.match((await run('remove', 'gone', '--yes')).errors, /owns 1 domain: gone\.example\./);
    await app.db.knex('domains').delete();
    assert.equal((await run('remove', 'gone', '--yes')).code, 0);
    assert.equal(await accountOf('gone'), undefined);
  });

  it('reports when nothing matches', async () => {
    assert.equal((await run('list', '--search', 'nonsense')).out, 'Nothing matches.\n');
    assert.deepEqual(JSON.parse((await run('list', '--search', 'nonsense', '--json')).out), []);
  });

  it('records its changes in the audit log, which can be listed', async () => {
    const list = ['list', '--search', 'north', '--json'];
    const { out } = await relais(app.config.dataFolder, 'audit', ...list);
    const entries: { action: string; actor: string }[] = JSON.parse(out);
    const { action, actor } = entries.at(-1) ?? {};
    assert.deepEqual([action, actor], ['account.created', 'cli']);
  });

  it('reports every invalid option in a line of its own', async () => {
    const cases: [args: string[], errors: RegExp][] = [
      [['create', 'x'], /^--name: .*\n--email: .*\n$/],
      [
        ['create', 'a@b', '--name', 'x', '--email', 'x'],
        /^(--email|login): .*\n(--email|login): .*\n$/,
      ],
      [
        ['create', 'north', '--name', 'x', '--email', 'x@x.example'],
        /^login: This login is taken\.\n$/,
      ],
      [['set', 'north', '--plan', 'Nonsense'], /^There is no plan Nonsense\.\n$/],
      [['set', 'north', '--role', 'king'], /Allowed choices are .*\n\(relais account set --help /],
      [['set', 'nobody', '--name', 'x'], /^The account nobody does not exist\.\n$/],
      [['link', 'nobody'], /^The account nobody does not exist\.\n$/],
    ];
    for (const [args, errors] of cases) {
      const result = await run(...args);
      assert.deepEqual([result.code, result.out], [1, ''], args.join(' '));
      assert.match(result.errors, errors, args.join(' '));
    }
  });
});

function tokenIn(link: string): string {
  return link.trim().split('/').at(-1) ?? '';
}
