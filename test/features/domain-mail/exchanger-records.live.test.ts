import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { ExchangerRecords } from '../../../plugin/features/domain-mail/exchanger-records.js';
import {
  type ExchangerColumns,
  knownExchangers,
} from '../../../plugin/features/domain-mail/known-exchangers.js';
import { MailExchangers } from '../../../plugin/features/domain-mail/mail-exchangers.js';
import { engines } from '../../support/app.js';
import { type Dnsmasq, startDnsmasq } from '../../support/dnsmasq.js';
import { addAccount, addDomain } from '../../support/fixtures.js';
import { freeLoopbackAddress } from '../../support/mail/loopback.js';
import { useTestAppEach } from '../../support/opened.js';

const minuteMs = 60 * 1000;
const dayMs = 24 * 60 * minuteMs;
const names = ['away.test', 'here.test', 'none.test', 'null.test'];

for (const engine of engines) {
  describe(`the stored MX records of domains on ${engine}`, () => {
    const app = useTestAppEach(engine);
    let dns: Dnsmasq;
    let now: number;

    before(async () => {
      dns = await startDnsmasq({ host: await freeLoopbackAddress() }, [
        '--mx-host=here.test,mx.panel.test,10',
        '--mx-host=away.test,mx.away.test,10',
        '--host-record=mx.away.test,198.51.100.1',
        '--dns-rr=null.test,15,000000',
      ]);
    });
    after(() => dns.stop());
    beforeEach(async () => {
      await addAccount(app, 'marie');
      for (const name of names) {
        await addDomain(app, name, 'marie');
      }
      await setHosts(['mx.panel.test']);
      now = Date.now();
    });

    const setHosts = async (hosts: readonly string[]): Promise<void> =>
      app.features.settings.change(app.operator, {
        ...(await app.features.settings.read()),
        'mail-hosts': hosts,
      });
    const recordsAt = (server = dns.server): ExchangerRecords =>
      new ExchangerRecords({
        db: app.db,
        settings: app.features.settings,
        exchangers: new MailExchangers({
          settings: app.features.settings,
          servers: [server],
          localAddresses: () => [],
        }),
        now: () => now,
      });
    const known = async (): Promise<Record<string, string>> => {
      const rows: (ExchangerColumns & { name: string })[] = await app.db
        .knex('domains')
        .orderBy('name');
      return Object.fromEntries(
        rows.map((row) => {
          const { kind, hosts } = knownExchangers(row);
          return [row.name, [kind, ...hosts].join(' ')];
        }),
      );
    };
    const lookedUp = {
      'away.test': 'elsewhere mx.away.test',
      'here.test': 'here mx.panel.test',
      'none.test': 'no-domain',
      'null.test': 'no-mail',
    };

    it('are unknown until they are looked up, a few domains at a time', async () => {
      assert.deepEqual(
        await known(),
        Object.fromEntries(names.map((name) => [name, 'unknown'] as const)),
      );
      assert.deepEqual(await recordsAt().checkDue(3), { count: 3, isAnswered: true });
      assert.equal(Object.values(await known()).filter((each) => each === 'unknown').length, 1);
      assert.deepEqual(await recordsAt().checkDue(3), { count: 1, isAnswered: true });
      assert.deepEqual(await known(), lookedUp);
      assert.equal((await recordsAt().checkDue(3)).count, 0);
    });

    it('are looked up again: soon for a new domain that leads elsewhere, daily for others', async () => {
      await recordsAt().checkDue(9);
      now += 11 * minuteMs;
      assert.equal((await recordsAt().checkDue(9)).count, 3, 'all but the one that leads here');
      now += 3 * dayMs;
      assert.equal((await recordsAt().checkDue(9)).count, 4);
      now += 11 * minuteMs;
      assert.equal((await recordsAt().checkDue(9)).count, 0, 'no domain is new any more');
      now += dayMs;
      assert.equal((await recordsAt().checkDue(9)).count, 4);
    });

    it('stay as they were when the name servers do not answer, and are tried again later', async () => {
      await recordsAt().checkDue(2);
      const before = await known();
      const silent = createSocket('udp4');
      silent.bind(0, '127.0.0.1');
      await once(silent, 'listening');
      now += 4 * dayMs;
      const down = recordsAt(`127.0.0.1:${silent.address().port}`);
      assert.deepEqual(await down.checkDue(9), { count: 4, isAnswered: false });
      silent.close();
      assert.deepEqual(await known(), before);
      const failed = await app.db.knex('domains').pluck('mx_failed_at');
      assert.deepEqual(failed.map(Number), [now, now, now, now]);
      now += 29 * minuteMs;
      assert.equal((await recordsAt().checkDue(9)).count, 0);
      now += 2 * minuteMs;
      assert.equal((await recordsAt().checkDue(9)).count, 4);
      assert.deepEqual(await known(), lookedUp);
      assert.deepEqual(await app.db.knex('domains').whereNotNull('mx_failed_at'), []);
    });

    it('are looked up again once the installation has other servers', async () => {
      now += 3 * dayMs;
      await recordsAt().checkDue(9);
      now += minuteMs;
      assert.equal((await recordsAt().checkDue(9)).count, 0);
      await setHosts(['mx.panel.test', 'mx.away.test']);
      assert.equal((await recordsAt().checkDue(9)).count, 4);
      assert.equal((await known())['away.test'], 'here mx.away.test');
      assert.equal((await recordsAt().checkDue(9)).count, 0);
    });

    it('of each domain are looked up by one process', async () => {
      const rounds = await Promise.all([recordsAt().checkDue(9), recordsAt().checkDue(9)]);
      assert.equal(rounds[0].count + rounds[1].count, 4);
      assert.deepEqual(await known(), lookedUp);
    });

    it('are looked up when somebody asks, and change nothing else of the domain', async () => {
      const row = await app.db.knex('domains').where({ name: 'away.test' }).first();
      await recordsAt().check(row);
      const after = await app.db.knex('domains').where({ name: 'away.test' }).first();
      const { mx, mx_hosts, mx_at, mx_due_at, ...others } = after;
      assert.deepEqual([mx, mx_hosts, Number(mx_at)], ['elsewhere', 'mx.away.test', now]);
      assert.equal(Number(mx_due_at), now + dayMs);
      for (const [name, value] of Object.entries(others)) {
        assert.deepEqual(value, row[name], name);
      }
      await app.db.knex('domains').delete();
      await recordsAt().check(row);
      assert.deepEqual(await app.db.knex('domains'), [], 'removed meanwhile');
    });
  });
}
