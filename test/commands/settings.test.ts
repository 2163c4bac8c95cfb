import assert from 'node:assert/strict';
import { type CliResult, relais } from '../support/cli.js';
import { useTestApp } from '../support/opened.js';

describe('relais settings', () => {
  const app = useTestApp();

  const run = (...args: readonly string[]): Promise<CliResult> =>
    relais(app.config.dataFolder, 'settings', ...args);

  it('sets one setting at a time and lists all', async () => {
    assert.equal((await run('set', 'own-addresses', '192.0.2.1', '2001:DB8::1')).code, 0);
    assert.match((await run('set', 'outgoing-control', 'on')).out, /^outgoing-control +yes\n$/);
    assert.deepEqual(JSON.parse((await run('list', '--json')).out), {
      'outgoing-control': true,
      'own-addresses': ['192.0.2.1', '2001:db8::1'],
      'mail-hosts': [],
      'mail-ports': ['imap 143', 'pop3 110', 'submission 587'],
      'mail-host-name': [],
      'smtp-allowed-hosts': [],
      'smtp-ports': ['25', '465', '587', '2525'],
      'smtp-plain-login': false,
      'activity-days': [],
      'removed-days': ['30'],
    });
    assert.match(
      (await run('set', 'mail-ports', 'IMAPS 993', 'submission 2587')).out,
      /imaps 993, submission 2587/,
    );
    for (const wrong of [
      'smtp 25',
      'imaps 993 unencrypted',
      'imap 143 plain',
      'imap 143 unencrypted x',
    ]) {
      assert.equal((await run('set', 'mail-ports', wrong)).code, 1, wrong);
    }
    assert.match(
      (await run('set', 'mail-ports', 'IMAP 143  Unencrypted', 'imaps 993')).out,
      /imap 143 unencrypted, imaps 993/,
    );
    await run('set', 'own-addresses');
    assert.match((await run('list')).out, /\nown-addresses +none\n/);
  });

  it('reports an invalid value', async () => {
    const cases: [args: string[], errors: RegExp][] = [
      [['set', 'own-addresses', '192.0.2.1', 'x'], /^own-addresses-2: .*\n$/],
      [['set', 'outgoing-control', 'maybe'], /^outgoing-control is on or off\.\n$/],
      [['set', 'colour', 'red'], /^There is no setting colour; there are outgoing-control, /],
    ];
    for (const [args, errors] of cases) {
      const result = await run(...args);
      assert.deepEqual([result.code, result.out], [1, ''], args.join(' '));
      assert.match(result.errors, errors, args.join(' '));
    }
  });
});
