import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { MailExchangers } from '../../../plugin/features/domain-mail/mail-exchangers.js';
import { type TestApp, openTestApp } from '../../support/app.js';
import { type Dnsmasq, startDnsmasq } from '../../support/dnsmasq.js';
import { freeLoopbackAddress } from '../../support/mail/loopback.js';

describe("the check of a domain's MX records", () => {
  let app: TestApp;
  let dns: Dnsmasq;

  before(async () => {
    app = await openTestApp('sqlite');
    await app.features.settings.change(app.operator, {
      ...(await app.features.settings.read()),
      'own-addresses': ['203.0.113.5'],
      'mail-hosts': ['mx.panel.test'],
    });
    dns = await startDnsmasq({ host: await freeLoopbackAddress() }, [
      '--mx-host=named.test,mx.panel.test,10',
      '--mx-host=addressed.test,mx.addressed.test,10',
      '--host-record=mx.addressed.test,203.0.113.5',
      '--mx-host=away.test,backup.away.test,20',
      '--mx-host=away.test,mx.away.test,10',
      '--host-record=mx.away.test,198.51.100.1',
      '--host-record=implicit.test,203.0.113.5',
      '--dns-rr=null.test,15,000000',
    ]);
  });
  after(async () => {
    await dns.stop();
    await app.remove();
  });

  const look = (domain: string, servers = [dns.server]): ReturnType<MailExchangers['of']> =>
    new MailExchangers({
      settings: app.features.settings,
      servers,
      localAddresses: () => [],
    }).of(domain);

  it('recognizes its own mail servers by name, by address, and for a domain with an address but no MX', async () => {
    assert.deepEqual(await look('named.test'), { kind: 'here', hosts: ['mx.panel.test'] });
    assert.deepEqual(await look('addressed.test'), { kind: 'here', hosts: ['mx.addressed.test'] });
    assert.deepEqual(await look('implicit.test'), { kind: 'here', hosts: ['implicit.test'] });
  });

  it('names other mail servers in order of preference', async () => {
    assert.deepEqual(await look('away.test'), {
      kind: 'elsewhere',
      hosts: ['mx.away.test', 'backup.away.test'],
    });
  });

  it('distinguishes a domain with a null MX from one that does not exist', async () => {
    assert.deepEqual(await look('null.test'), { kind: 'no-mail' });
    assert.deepEqual(await look('nowhere.test'), { kind: 'no-domain' });
  });

  it('reports when the DNS does not answer', async () => {
    const silent = createSocket('udp4');
    silent.bind(0, '127.0.0.1');
    await once(silent, 'listening');
    assert.deepEqual(await look('named.test', [`127.0.0.1:${silent.address().port}`]), {
      kind: 'no-answer',
    });
    silent.close();
  });
});
