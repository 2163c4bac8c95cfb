import assert from 'node:assert/strict';
import { relais } from '../support/cli.js';
import { addAccount, addDomain } from '../support/fixtures.js';
import { useTestApp } from '../support/opened.js';

describe('relais domain set --where', () => {
  const app = useTestApp();
  before(async () => {
    await addAccount(app, 'acme');
    await addAccount(app, 'other');
    for (const [name, owner] of [
      ['a.example', 'acme'],
      ['b.example', 'acme'],
      ['c.example', 'other'],
    ] as const) {
      await addDomain(app, name, owner);
    }
  });

  const set = (...args: readonly string[]) =>
    relais(app.config.dataFolder, 'domain', 'set', ...args);
  const policies = async (): Promise<readonly string[]> =>
    await app.db.knex('domains').orderBy('name').pluck('unknown_policy');
  const bounce = ['--where', 'owner=acme', '--unknown', 'bounce', '--text', 'Call us.'];

  it('only says what would change with --dry-run', async () => {
    const { code, out, errors } = await set(...bounce, '--dry-run');
    assert.deepEqual([code, errors], [0, '']);
    assert.match(out, /^2 rows will change\n {2}2 {2}.*Call us\./);
    assert.deepEqual(await policies(), ['reject', 'reject', 'reject']);
  });

  it('changes exactly those that match, and reports their outcomes', async () => {
    const { code, out } = await set(...bounce, '--json');
    assert.equal(code, 0);
    const said = JSON.parse(out);
    assert.deepEqual([said.dryRun, said['will-change'], said.result.changed], [false, 2, 2]);
    assert.deepEqual(await policies(), ['bounce', 'bounce', 'reject']);
    const again = JSON.parse((await set(...bounce, '--json')).out);
    assert.deepEqual([again['will-change'], again['already-so']], [0, 2]);
  });

  it('is refused without a condition, a setting, or with invalid values', async () => {
    for (const [args, said] of [
      [['--unknown', 'reject'], /choose several with --where/],
      [['--where', 'owner=acme'], /name at least one option/],
      [['a.example', '--dry-run'], /use --where/],
      [['--where', 'owner=acme', '--unknown', 'forward', '--to', 'no address'], /--to/],
      [['--where', 'owner=acme', '--relay', 'x'], /--relay takes/],
    ] as const) {
      const { code, errors } = await set(...args);
      assert.equal(code, 1, args.join(' '));
      assert.match(errors, said);
    }
  });
});
