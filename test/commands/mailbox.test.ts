import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { programFolder } from '../../plugin/runtime/paths.js';
import { relais } from '../support/cli.js';
import { addAccount, addDomain, addPlan } from '../support/fixtures.js';
import { useTestApp } from '../support/opened.js';

describe('relais mailbox', () => {
  const { app, run } = useBooks('mailbox');
  const createdQuota = async (...args: readonly string[]): Promise<unknown> =>
    JSON.parse((await run('create', ...args, '--generate', '--json')).out).quotaBytes;

  it('adds a mailbox with a generated password, which it prints once', async () => {
    const options = '--name Anna --quota 2GB --pop3 off --generate --json'.split(' ');
    const { code, out } = await run('create', 'Anna@Bücher.example', ...options);
    assert.equal(code, 0);
    const { password, ...mailbox }: Record<string, unknown> = JSON.parse(out);
    assert.deepEqual(mailbox, {
      address: 'anna@xn--bcher-kva.example',
      displayAddress: 'anna@bücher.example',
      displayName: 'Anna',
      quotaBytes: 2048 * 1024 ** 2,
      limitPerHour: null,
      imap: true,
      pop3: false,
      suspended: false,
    });
    await app.panel.signIn.withPassword('anna@bücher.example', String(password), {
      ip: '198.51.100.1',
    });
    assert.doesNotMatch((await run('show', 'anna@bücher.example')).out, /password/i);
  });

  it('adds a mailbox with the largest quota of the plan, unless another is given', async () => {
    const planId = await addPlan(app);
    await app.db
      .knex('plans')
      .update({ max_quota_bytes: 512 * 1024 ** 2 })
      .where({ id: planId });
    await addAccount(app, 'small', { planId });
    await addDomain(app, 'small.example', 'small');
    assert.equal(await createdQuota('a@small.example'), 512 * 1024 ** 2);
    assert.equal(await createdQuota('b@small.example', '--quota', '1GB'), 1024 ** 3);
    assert.equal(await createdQuota('c@small.example', '--quota', '0'), 0);
  });

  it('reads a password from standard input, and never from an argument', async () => {
    const cli = join(programFolder, 'dist', 'plugin', 'cli.js');
    const args = ['mailbox', 'create', 'stdin@bücher.example', '--password-stdin'];
    const { status, stdout } = spawnSync(process.execPath, [cli, ...args], {
      env: { ...process.env, LC_ALL: 'C.UTF-8', RELAIS_DATA: app.config.dataFolder },
      input: 'typed or piped, 7 words\nnot this line',
      encoding: 'utf8',
    });
    assert.deepEqual([status, stdout], [0, 'stdin@bücher.example has been added.\n']);
    const signedIn = app.panel.signIn.withPassword(
      'stdin@bücher.example',
      'typed or piped, 7 words',
      { ip: '198.51.100.1' },
    );
    assert.ok(await signedIn);
    assert.doesNotMatch((await run('create', '--help')).out, /--password[ =]/);

    const nothing = spawnSync(
      process.execPath,
      [cli, 'mailbox', 'set', 'stdin@bücher.example', '--password-stdin'],
      {
        env: { ...process.env, LC_ALL: 'C.UTF-8', RELAIS_DATA: app.config.dataFolder },
        input: '',
        encoding: 'utf8',
      },
    );
    assert.equal(nothing.status, 1);
    assert.match(nothing.stderr, /no password on standard input/);
  });

  it('changes what the options name, and keeps the rest', async () => {
    await run('create', 'paul@bücher.example', '--name', 'Paul', '--generate');
    const { out, code } = await run(
      'set',
      'paul@bücher.example',
      '--quota',
      '512MB',
      '--imap',
      'off',
    );
    assert.deepEqual([code, out], [0, 'paul@bücher.example has been saved.\n']);
    const { out: shown } = await run('show', 'paul@bücher.example');
    assert.match(shown, /Name +Paul\nIMAP +no\nPOP3 +yes\nQuota +512 MB\nStatus +Active/);
    const generated = await run('set', 'paul@bücher.example', '--generate');
    const password = /^Password: (\S+)$/m.exec(generated.out)?.[1] ?? '';
    await app.panel.signIn.withPassword('paul@bücher.example', password, { ip: '198.51.100.1' });
  });

  it('lists the mailboxes of a domain', async () => {
    const listed = await run('list', 'bücher.example', '--search', 'anna', '--json');
    const mailboxes: { address: string }[] = JSON.parse(listed.out);
    assert.deepEqual(
      mailboxes.map(({ address }) => address),
      ['anna@xn--bcher-kva.example'],
    );
    assert.match((await run('list', 'bücher.example')).out, /^Address +Name .*\nanna@bücher/);
  });

  it('suspends, reactivates and removes, once confirmed', async () => {
    await run('create', 'gone@bücher.example', '--generate');
    const alias = ['--to', 'gone@bücher.example'];
    await relais(app.config.dataFolder, 'alias', 'create', 'to-gone@bücher.example', ...alias);
    assert.match(
      (await run('suspend', 'gone@bücher.example')).out,
      /has been suspended\.\nThese aliases forward here; .*: to-gone@bücher\.example\n/,
    );
    assert.match((await run('resume', 'gone@bücher.example', '--json')).out, /"suspended": false/);

    const asked = await run('remove', 'gone@bücher.example');
    assert.deepEqual([asked.code, asked.out], [1, '']);
    assert.match(asked.errors, /all its mail.*these aliases: to-gone@bücher\.example.*--yes/);
    const removed = await run('remove', 'gone@bücher.example', '--yes', '--json');
    assert.deepEqual(JSON.parse(removed.out), {
      address: 'gone@xn--bcher-kva.example',
      removedAliases: ['to-gone@xn--bcher-kva.example'],
    });
    assert.equal((await run('show', 'gone@bücher.example')).code, 1);
  });

  const refused: [args: string[], says: RegExp, why: string][] = [
    [['create', 'a@bücher.example'], /--password-stdin or --generate/, 'no password'],
    [
      ['create', 'a@elsewhere.test', '--generate'],
      /The domain elsewhere\.test does not exist/,
      'no such domain',
    ],
    [['create', 'nonsense', '--generate'], /^address: /, 'no address'],
    [['create', 'anna@bücher.example', '--generate'], /^address: .*already/, 'an address twice'],
    [['set', 'anna@bücher.example', '--quota', 'x'], /^--quota: /, 'no number'],
    [['set', 'anna@bücher.example', '--imap', 'maybe'], /Allowed choices are on, off/, 'no choice'],
    [
      ['show', 'nobody@bücher.example'],
      /The mailbox nobody@bücher\.example does not exist/,
      'no such mailbox',
    ],
    [['set', 'anna@bücher.example', '--generate', '--password-stdin'], /not both/, 'two passwords'],
  ];
  for (const [args, says, why] of refused) {
    it(`refuses ${why} in one line`, async () => {
      const { code, out, errors } = await run(...args);
      assert.deepEqual([code, out], [1, '']);
      assert.match(errors, says);
    });
  }
});

describe('relais alias', () => {
  const { run } = useBooks('alias');

  it('adds, changes, lists and removes aliases', async () => {
    const created = await run(
      'create',
      'team@bücher.example',
      '--to',
      'a@elsewhere.test,B@elsewhere.test',
      '--json',
    );
    assert.deepEqual(JSON.parse(created.out), {
      address: 'team@xn--bcher-kva.example',
      displayAddress: 'team@bücher.example',
      targets: ['a@elsewhere.test', 'b@elsewhere.test'],
    });
    await run('create', 'all@bücher.example', '--to', 'team@bücher.example');

    const renamed = await run('set', 'team@bücher.example', '--address', 'crew');
    assert.deepEqual([renamed.code, renamed.out], [0, 'crew@bücher.example has been saved.\n']);
    await run('set', 'crew@bücher.example', '--to', 'c@elsewhere.test');

    const listed = await run('list', 'bücher.example', '--json');
    assert.deepEqual(
      JSON.parse(listed.out).map(({ targets }: { targets: string[] }) => targets),
      [['crew@xn--bcher-kva.example'], ['c@elsewhere.test']],
    );
    const asked = await run('remove', 'crew@bücher.example');
    assert.match(
      asked.errors,
      /would go to Removed, and with it these aliases: all@bücher\.example/,
    );
    assert.equal((await run('remove', 'crew@bücher.example', '--yes')).code, 0);
    assert.deepEqual(JSON.parse((await run('list', 'bücher.example', '--json')).out), []);
  });

  it('names the invalid option', async () => {
    const { code, errors } = await run(
      'create',
      'lost@bücher.example',
      '--to',
      'x@elsewhere.test,nobody@bücher.example',
    );
    assert.equal(code, 1);
    assert.match(errors, /^--to: Line 1, “nobody@bücher\.example”: nobody@.* does not exist/);
  });
});

/** Called in a `describe`: an app with the domain bücher.example, and its commands. */
function useBooks(thing: string) {
  const app = useTestApp();
  before(async () => {
    await addAccount(app, 'buch');
    await addDomain(app, 'bücher.example', 'buch');
  });

  return {
    app,
    run: (...args: readonly string[]) => relais(app.config.dataFolder, thing, ...args),
  };
}
