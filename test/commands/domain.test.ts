import assert from 'node:assert/strict';
import { relais } from '../support/cli.js';
import { addConfirmedServer } from '../support/confirmed-server.js';
import { useTestApp } from '../support/opened.js';

describe('relais domain', () => {
  const app = useTestApp();

  before(async () => {
    await app.panel.accountStore.insert(app.db.knex, {
      role: 'customer',
      login: 'dupont',
      name: 'Dupont',
      email: 'dupont@example.org',
    });
  });

  const run = (...args: readonly string[]) => relais(app.config.dataFolder, 'domain', ...args);
  const settings = async (name: string) => {
    const { out } = await run('show', name, '--json');
    const shown: Record<string, unknown> = JSON.parse(out);
    return shown;
  };

  it('creates, lists and removes domains', async () => {
    const created = await run('create', 'Bücher.example', '--owner', 'dupont', '--language', 'fr');
    assert.deepEqual([created.code, created.errors], [0, '']);
    assert.match(created.out, /^bücher\.example has been added/);

    const listed = await run('list', '--search', 'bucher', '--json');
    assert.deepEqual(JSON.parse(listed.out), [
      {
        name: 'xn--bcher-kva.example',
        displayName: 'bücher.example',
        owner: 'Dupont',
        suspended: false,
        mailEnabled: true,
        policy: 'reject',
        mailboxes: 0,
        plan: null,
        webmail: null,
        outgoing: 'direct',
        mx: 'unknown',
        mxHosts: [],
        changedAt: null,
      },
    ]);
    const where = async (...filters: readonly string[]) =>
      await run('list', '--json', ...filters.flatMap((filter) => ['--where', filter]));
    const { out } = await where('owner=dupont', 'policy=reject');
    assert.deepEqual(out, (await run('list', '--json')).out);
    assert.deepEqual(JSON.parse((await where('mail=off')).out), []);
    assert.deepEqual((await where('created>=2020-01-01', 'created<=2999-12-31')).out, out);
    assert.deepEqual(JSON.parse((await where('created<=2020-01-01')).out), []);
    const refused: [filter: string, said: RegExp][] = [
      [
        'unheard=of',
        /--where takes owner=NAME, plan=NAME, mail=on\|off, policy=.*not “unheard=of”/,
      ],
      ['mail', /not “mail”/],
      ['mail=maybe', /--where takes mail=on\|off, not “mail=maybe”/],
      ['mail=on,off', /--where takes mail=on\|off, not/],
      ['owner=', /--where takes owner=NAME/],
      ['owner=nobody', /--where owner: No account has the login “nobody”\./],
      ['owner>=dupont', /--where takes owner=NAME, not “owner>=dupont”/],
      ['created=2026-11-01', /takes created>=YYYY-MM-DD, created<=YYYY-MM-DD, not “created=2026/],
      ['created>=', /--where takes created>=YYYY-MM-DD/],
      ['created>=2026-02-30', /--where created: “2026-02-30” is not a date/],
    ];
    for (const [filter, said] of refused) {
      const { code, errors } = await where(filter);
      assert.equal(code, 1, filter);
      assert.match(errors, said, filter);
    }
    assert.match((await run('list')).out, /^Domain +Owner .*\nbücher\.example +Dupont +– +On /);

    const asked = await run('remove', 'bücher.example');
    assert.deepEqual([asked.code, asked.out], [1, '']);
    assert.match(asked.errors, /0 mailboxes and 0 aliases.*--yes/);
    assert.equal((await run('remove', 'bücher.example', '--yes')).code, 0);
    assert.deepEqual(JSON.parse((await run('list', '--json')).out), []);
  });

  it('sets the relay, or none', async () => {
    await run('create', 'relayed.example', '--owner', 'dupont');
    const id = await addConfirmedServer(app, 'relayed.example', {
      host: '198.41.0.4',
      security: 'none',
      authentication: 'none',
    });
    assert.equal((await run('set', 'relayed.example', '--relay', String(id))).code, 0);
    assert.equal((await settings('relayed.example'))['relay'], id);
    assert.match(
      (await run('show', 'relayed.example')).out,
      new RegExp(`^Outgoing mail route +${id}$`, 'm'),
    );
    await run('set', 'relayed.example', '--mail', 'off');
    assert.equal((await settings('relayed.example'))['relay'], id);

    const refused = await run('set', 'relayed.example', '--relay', '999');
    assert.deepEqual([refused.code, refused.out], [1, '']);
    assert.match(refused.errors, /^--relay: This is not a confirmed SMTP server/);
    assert.equal((await run('set', 'relayed.example', '--relay', 'direct')).code, 0);
    assert.equal((await settings('relayed.example'))['relay'], null);
    assert.equal((await run('remove', 'relayed.example', '--yes')).code, 0);
  });

  it('says what receives no mail any more when it switches the mail service off', async () => {
    await run('create', 'busy.example', '--owner', 'dupont');
    const add = ['mailbox', 'create', 'anna@busy.example', '--generate'];
    assert.equal((await relais(app.config.dataFolder, ...add)).code, 0);
    const { out } = await run('set', 'busy.example', '--mail', 'off');
    assert.match(out, /\nThis mailbox receives no mail: anna@busy\.example\.\n$/);
    await run('set', 'busy.example', '--mail', 'on');
    const { unreceived } = JSON.parse(
      (await run('set', 'busy.example', '--mail', 'off', '--json')).out,
    );
    assert.deepEqual(unreceived.mailboxes, { count: 1, names: ['anna@busy.example'] });
    await run('remove', 'busy.example', '--yes');
  });

  it('sets each policy, and keeps what no option names', async () => {
    await run('create', 'example.com', '--owner', 'dupont');
    const cases: [args: string[], shown: Record<string, unknown>][] = [
      [
        ['--unknown', 'reject', '--text', 'Not here.'],
        { policy: 'reject', rejectText: 'Not here.' },
      ],
      [['--text', 'Gone.'], { policy: 'reject', rejectText: 'Gone.' }],
      [['--mail', 'off'], { mailEnabled: false, policy: 'reject', rejectText: 'Gone.' }],
      [
        ['--unknown', 'bounce', '--text', 'Call us.'],
        { mailEnabled: false, bounceText: 'Call us.' },
      ],
      [['--mail', 'on'], { mailEnabled: true, policy: 'bounce' }],
      [['--unknown', 'forward', '--to', 'A@Example.NET'], { forwardTo: 'a@example.net' }],
      [
        ['--unknown', 'redirect', '--to', '10.1.2.3', '--port', '2525'],
        { policy: 'redirect', redirectIp: '10.1.2.3', redirectPort: 2525 },
      ],
      [['--unknown', 'reject'], { policy: 'reject', rejectText: 'Gone.' }],
    ];
    for (const [args, expected] of cases) {
      const { code, out, errors } = await run('set', 'example.com', ...args, '--json');
      assert.deepEqual([code, errors], [0, ''], args.join(' '));
      const shown: Record<string, unknown> = JSON.parse(out);
      assert.deepEqual({ ...shown, ...expected }, shown, args.join(' '));
    }
    const { out } = await run('show', 'example.com');
    assert.match(out, /^Domain +example\.com\nOwner +Dupont\n/);
    assert.match(out, /\nUnknown recipients +Refuse\n/);
  });

  it('reports every invalid option in a line of its own, and changes nothing', async () => {
    await run('create', 'wrong.example', '--owner', 'dupont');
    const cases: [args: string[], error: RegExp][] = [
      [['set', 'wrong.example'], /^Nothing to change: name at least one option\.\n$/],
      [['set', 'wrong.example', '--unknown', 'forward'], /^--to: This field is required\.\n$/],
      [['set', 'wrong.example', '--unknown', 'forward', '--to', 'x'], /^--to: .*@.*\n$/],
      [
        ['set', 'wrong.example', '--unknown', 'redirect', '--to', 'x', '--port', '0'],
        /^--to: .*\n--port: .*\n$/,
      ],
      [['set', 'wrong.example', '--unknown', 'redirect', '--to', '127.0.0.1'], /^--to: .*\n$/],
      [['set', 'wrong.example', '--to', '192.0.2.1'], /^--to does not apply to .*reject\.\n$/],
      [['set', 'wrong.example', '--unknown', 'nonsense'], /Allowed choices are reject, bounce/],
      [['set', 'no.example', '--mail', 'off'], /^The domain no\.example does not exist\.\n$/],
      [['create', 'wrong.example', '--owner', 'dupont'], /^domain: .*already hosted here\.\n$/],
      [['create', 'new.example', '--owner', 'x'], /^--owner: .*\n$/],
      [['create', 'new.example', '--owner', 'dupont', '--language', 'de'], /^--language: .*\n$/],
    ];
    for (const [args, error] of cases) {
      const { code, out, errors } = await run(...args);
      assert.deepEqual([code, out], [1, ''], args.join(' '));
      assert.match(errors, error, args.join(' '));
    }
    const shown = await settings('wrong.example');
    assert.deepEqual([shown['policy'], shown['mailEnabled']], ['reject', true]);
  });

  it('has an example in its help', async () => {
    const { code, out } = await run('set', '--help');
    assert.equal(code, 0);
    assert.match(out, /\$ relais domain set example\.com --unknown forward --to info@example\.com/);
  });
});
