import assert from 'node:assert/strict';
import { parseMailSettings } from '../../../plugin/features/domain-mail/forms.js';
import { type TestApp, openTestApp } from '../../support/app.js';
import { addConfirmedServer } from '../../support/confirmed-server.js';
import { addAccount, addDomain } from '../../support/fixtures.js';
import { refusedFields } from '../../support/refusals.js';
import { type Resolver, startResolver } from '../../support/mail/resolver.js';

describe('the host name of a relay', () => {
  let app: TestApp;
  let resolver: Resolver;

  before(async () => {
    resolver = await startResolver({ 'inside.test': '10.1.2.3', 'public.test': '198.41.0.4' });
    app = await openTestApp('sqlite', { RELAIS_RESOLVERS: resolver.address });
    await addAccount(app, 'marie');
    await addDomain(app, 'marie.example', 'marie');
  });
  after(async () => {
    await app.remove();
    await resolver.stop();
  });

  const choose = async (relay: number): Promise<void> => {
    const { version } = await app.features.domainMail.page(app.operator, 'marie.example');
    const { settings } = parseMailSettings({ version, mailEnabled: '1', policy: 'reject' });
    const wanted = { version, settings: { ...settings, relayId: relay } };
    await app.features.domainMail.change(app.operator, 'marie.example', wanted);
  };

  for (const [host, why, relay] of [
    ['mx.public.test', 'resolves to a public address', undefined],
    ['mx.inside.test', 'resolves to an internal network', 'domain-mail.errors.relay-internal'],
    ['mx.unknown.test', 'does not resolve now, so that mail would wait', undefined],
  ] as const) {
    it(`is ${relay === undefined ? 'accepted' : 'refused'} when it ${why}`, async () => {
      const id = await addConfirmedServer(app, 'marie.example', { host });
      const refused = await refusedFields(() => choose(id));
      assert.deepEqual(refused, relay && { relay });
    });
  }
});
