import assert from 'node:assert/strict';
import { parseHost } from '../../plugin/sending/smtp-endpoint.js';
import { tryConnection } from '../../plugin/sending/try-connection.js';
import { anyLoopbackAddress } from '../support/mail/loopback.js';
import { startChangingNames } from './changing-names.js';
import { startMailServer } from '../sending/mail-peer.js';
import { endpointAt, useSite } from '../sending/site.js';

const open = { security: 'none', authentication: { kind: 'none' } } as const;

describe('a guarded connection', () => {
  const site = useSite();

  it('goes to the address that was vetted, whatever a second look-up would say', async () => {
    const vetted = anyLoopbackAddress();
    const other = anyLoopbackAddress();
    const server = await site.start(startMailServer(site.certificate, { host: vetted }));
    const { port } = server;
    const trap = await site.start(startMailServer(site.certificate, { host: other, port }));
    const names = await site.start(startChangingNames([vetted, other]));

    const trial = await tryConnection(
      endpointAt(port),
      site.policy(port, { resolvers: [names.server], allowedHosts: new Set([vetted]) }),
    );
    assert.equal(trial.outcome, 'ok');
    assert.equal(names.questions, 1);
    assert.deepEqual([server.connections, trap.connections], [1, 0]);
    assert.deepEqual(server.names, ['mx.test']);
  });

  it('is not made to an address inside, when only a later look-up leads there', async () => {
    const server = await site.start(startMailServer(site.certificate));
    const { port } = server;
    const names = await site.start(startChangingNames(['127.0.0.1', '1.1.1.1']));
    const trial = await tryConnection(
      endpointAt(port),
      site.policy(port, { resolvers: [names.server], allowedHosts: new Set() }),
    );
    assert.deepEqual(trial, { outcome: 'address-forbidden', reply: undefined });
    assert.equal(names.questions, 1);
    assert.equal(server.connections, 0);
  });

  it('is made to another of the vetted addresses where one does not answer', async () => {
    const server = await site.start(startMailServer({}, { host: '127.0.0.2' }));
    const two = endpointAt(server.port, { ...open, host: parseHost('two.test') });
    assert.equal((await tryConnection(two, site.policy(server.port))).outcome, 'ok');
  });

  it('is never made to the forbidden ones among them', async () => {
    const server = await site.start(startMailServer({}, { host: '127.0.0.2' }));
    const two = endpointAt(server.port, { ...open, host: parseHost('two.test') });
    const policy = site.policy(server.port, { allowedHosts: new Set(['127.0.0.1']) });
    assert.equal((await tryConnection(two, policy)).outcome, 'connection-refused');
    assert.equal(server.connections, 0);
  });

  it('trusts public issuers alone where nothing else was said', async () => {
    const server = await site.start(startMailServer(site.certificate));
    const { extraCa: _ours, ...policy } = site.policy(server.port);
    const trial = await tryConnection(endpointAt(server.port), policy);
    assert.equal(trial.outcome, 'tls-unknown-issuer');
  });

  it('verifies certificates although the environment says not to', async () => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      const server = await site.start(startMailServer(site.issuer.issue('DNS:other.test')));
      const trial = await tryConnection(endpointAt(server.port), site.policy(server.port));
      assert.equal(trial.outcome, 'tls-wrong-name');
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    }
  });
});
