import assert from 'node:assert/strict';
import { InvalidInputError, TooManyRequestsError } from '../../../plugin/errors.js';
import { KnownDevices } from '../../../plugin/panel/standalone/known-devices.js';
import { SignIn } from '../../../plugin/panel/standalone/sign-in.js';
import { hashPassword } from '../../../plugin/secrets/passwords.js';
import { RateLimits } from '../../../plugin/web/rate-limits.js';
import { engines } from '../../support/app.js';
import { addAccount } from '../../support/fixtures.js';
import { Visitor } from '../../support/visitor.js';
import { useServedApp } from '../../support/served-app.js';
import { useTestAppEach } from '../../support/opened.js';

const right = 'a long password';

for (const engine of engines) {
  describe(`guessing passwords on ${engine}`, () => {
    const app = useTestAppEach(engine);
    let signIn: SignIn;
    let id: number;
    let pauses: number[];

    beforeEach(async () => {
      id = await addAccount(app, 'dupont', { passwordHash: await hashPassword(right) });
      pauses = [];
      signIn = new SignIn({
        db: app.db,
        changes: app.changes,
        accounts: app.panel.accountStore,
        limits: new RateLimits(app.db),
        devices: new KnownDevices('secret of a test'),
        pause: async (ms) => pauses.push(ms),
      });
    });

    const attempt = async (login: string, password: string, ip: string, device = '') => {
      const cookie = (name: string) => (device.startsWith(`${name}=`) ? device : '').split('=')[1];
      try {
        return await signIn.withPassword(login, password, { ip, cookie });
      } catch (error) {
        if (error instanceof InvalidInputError || error instanceof TooManyRequestsError) {
          return error.status;
        }
        throw error;
      }
    };
    const guess = async (times: number, from: (n: number) => string, device?: string) => {
      const statuses: number[] = [];
      for (let n = 0; n < times; n += 1) {
        statuses.push(await attempt('dupont', 'wrong', from(n), device));
      }
      return statuses;
    };
    const newDevice = async () => {
      const cookie = await signIn.deviceCookie(id);
      return `${cookie?.name}=${cookie?.value}`;
    };

    for (const [kind, from, other] of [
      ['an IPv4 address', () => '192.0.2.1', '192.0.2.2'],
      ['an IPv4 address in any form', mapped, '::ffff:192.0.2.2'],
      ['a /64 of IPv6', (n: number) => `2001:db8:1:2:${n}::${n}`, '2001:db8:1:3::1'],
    ] as const) {
      it(`locks ${kind} out of the account after ten attempts, and nobody else`, async () => {
        assert.deepEqual(await guess(12, from), [...repeated(10, 422), 429, 429]);
        assert.equal(await attempt('DUPONT', right, from(3)), 429);
        assert.equal(await attempt('dupont', right, other), id);
      });
    }

    it('counts twenty attempts of a network together, whatever logins they use', async () => {
      for (let n = 0; n < 20; n += 1) {
        assert.equal(await attempt(`login-${n}`, 'wrong', `2001:db8::${n}`), 422);
      }
      assert.equal(await attempt('dupont', right, '2001:db8::99'), 429);
      assert.equal(await attempt('dupont', right, '2001:db8:0:1::1'), id);
    });

    it('delays further attempts from anywhere, and still lets the owner in', async () => {
      await guess(10, (n) => `192.0.2.${n}`);
      assert.deepEqual(pauses, []);
      await guess(7, (n) => `198.51.100.${n}`);
      assert.deepEqual(pauses, [500, 1000, 2000, 4000, 8000, 8000, 8000]);
      assert.equal(await attempt('dupont', right, '203.0.113.1'), id);
      assert.equal(pauses.at(-1), 8000);
      assert.equal(await attempt('nobody', 'wrong', '203.0.113.1'), 422);
      assert.equal(pauses.length, 8, 'no other login waits');
    });

    it('counts each of many concurrent attempts', async () => {
      const [here, there] = await Promise.all([
        Promise.all(Array.from({ length: 30 }, () => attempt('dupont', 'x', '192.0.2.1'))),
        Promise.all(
          Array.from({ length: 20 }, (_, n) => attempt('dupont', 'x', `2001:db8:${n}::`)),
        ),
      ]);
      assert.equal(here.filter((status) => status === 422).length, 10);
      assert.equal(there.filter((status) => status === 422).length, 20);
      assert.equal(pauses.length, 20, 'all but ten have waited');
    });

    it('does not affect a known device', async () => {
      const device = await newDevice();
      await guess(12, (n) => `192.0.2.${n}`);
      await guess(12, () => '192.0.2.200');
      pauses = [];
      assert.equal(await attempt('dupont', right, '192.0.2.200', device), id);
      assert.deepEqual(pauses, []);
    });

    it('is limited for a known device separately', async () => {
      const device = await newDevice();
      assert.deepEqual(await guess(11, (n) => `192.0.2.${n}`, device), [...repeated(10, 422), 429]);
      assert.equal(await attempt('dupont', right, '192.0.2.1'), id);
    });

    it('is limited without regard to devices of other accounts, passwords or keys, and old ones', async () => {
      const otherId = await addAccount(app, 'other', { passwordHash: await hashPassword('x') });
      const other = await signIn.deviceCookie(otherId);
      const known = await app.panel.accountStore.knownById(id);
      assert.ok(known !== undefined && other !== undefined);
      const devices = new KnownDevices('secret of a test');
      const halfYear = 180 * 24 * 3600 * 1000;
      const old = devices.cookieFor(known, Date.now() - halfYear)?.value;
      const foreign = new KnownDevices('another key').cookieFor(known)?.value;
      const good = devices.cookieFor(known);
      const [deviceId, , signature] = good?.value.split('.') ?? [];
      const longer = [deviceId, Date.now() + 2 * halfYear, signature].join('.');
      for (const value of [other.value, old, foreign, longer, '', 'x', '..', undefined]) {
        assert.equal(
          devices.recognize(known, () => value),
          undefined,
          value,
        );
      }
      const shown = (name: string) => (name === good?.name ? good.value : undefined);
      assert.equal(devices.recognize(known, shown), deviceId);
      const changed = { ...known, passwordHash: await hashPassword(right) };
      assert.equal(devices.recognize(changed, shown), undefined);
    });
  });
}

describe('a known device', () => {
  const { app, web } = useServedApp();

  it('gets in while its network is locked out, until the password changes', async () => {
    const id = await addAccount(app, 'dupont', { passwordHash: await hashPassword(right) });
    const owner = new Visitor(web);
    assert.equal((await owner.post('/sign-in', { login: 'dupont', password: right })).status, 303);
    await owner.get('/preferences');
    await owner.post('/sign-out');

    const stranger = new Visitor(web);
    for (let n = 0; n < 10; n += 1) {
      await stranger.post('/sign-in', { login: 'dupont', password: 'wrong' });
    }
    const limited = await stranger.post('/sign-in', { login: 'dupont', password: right });
    assert.equal(limited.status, 429);
    assert.match(limited.text, /15 minutes/);
    const again = await owner.post('/sign-in', { login: 'dupont', password: right });
    assert.equal(again.location, '/');

    await app.db
      .knex('accounts')
      .where({ id })
      .update({ password_hash: await hashPassword(right) });
    await owner.get('/preferences');
    await owner.post('/sign-out');
    const unknown = await owner.post('/sign-in', { login: 'dupont', password: right });
    assert.equal(unknown.status, 429);
  });

  it('is also one that signed in with a link', async () => {
    const id = await addAccount(app, 'marie', { passwordHash: await hashPassword(right) });
    const token = await app.panel.signIn.createLink(id);
    const { headers } = await new Visitor(web).post(`/sign-in/${token}`);
    assert.ok(headers.getSetCookie().some((each) => each.startsWith(`relais_device_${id}=`)));
  });
});

function repeated(count: number, status: number): number[] {
  return Array.from({ length: count }, () => status);
}

function mapped(n: number): string {
  return ['192.0.2.1', '::ffff:192.0.2.1', '::ffff:c000:201'][n % 3] ?? '';
}
