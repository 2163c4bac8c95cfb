import assert from 'node:assert/strict';
import { ConnectionError } from '../../plugin/connecting/connection-error.js';
import type { ConnectionPolicy } from '../../plugin/connecting/connection-policy.js';
import { Deadline } from '../../plugin/connecting/deadline.js';
import { parseHost } from '../../plugin/connecting/endpoint.js';
import { openSocket } from '../../plugin/connecting/guarded-socket.js';
import { secure } from '../../plugin/connecting/tls.js';
import { anyLoopbackAddress } from '../support/mail/loopback.js';
import { startChangingNames } from './changing-names.js';
import { useSite } from './site.js';
import { startTlsPeer } from './tls-peer.js';

describe('a guarded connection', () => {
  const site = useSite();

  /** Opens a socket and starts TLS on it. */
  async function connect(
    { name = 'mx.test', port }: { name?: string; port: number },
    policy: ConnectionPolicy = site.policy(),
  ): Promise<string> {
    const deadline = new Deadline(5000);
    const host = parseHost(name);
    try {
      const plain = await openSocket({ host, port }, policy, deadline);
      const secured = await secure(plain, host, { policy, signal: deadline.signal });
      secured.destroy();
      deadline.lift();
      return 'ok';
    } catch (error) {
      const failed = deadline.failureOf(error);
      assert.ok(failed instanceof ConnectionError, String(failed));
      return String(failed.failure);
    }
  }

  it('reaches the vetted address without a second look-up', async () => {
    const vetted = anyLoopbackAddress();
    const other = anyLoopbackAddress();
    const server = await site.start(startTlsPeer(site.certificate, { host: vetted }));
    const { port } = server;
    const trap = await site.start(startTlsPeer(site.certificate, { host: other, port }));
    const names = await site.start(startChangingNames([vetted, other]));

    const policy = site.policy({ resolvers: [names.server], allowedHosts: new Set([vetted]) });
    assert.equal(await connect({ port }, policy), 'ok');
    assert.equal(names.questions, 1);
    assert.deepEqual([server.connections, trap.connections], [1, 0]);
    assert.deepEqual(server.names, ['mx.test']);
  });

  it('is not made to an internal address of a later look-up', async () => {
    const server = await site.start(startTlsPeer(site.certificate));
    const names = await site.start(startChangingNames(['127.0.0.1', '1.1.1.1']));
    const policy = site.policy({ resolvers: [names.server], allowedHosts: new Set() });
    assert.equal(await connect(server, policy), 'address-forbidden');
    assert.equal(names.questions, 1);
    assert.equal(server.connections, 0);
  });

  it('tries the next vetted address if one does not answer', async () => {
    const mine = site.issuer.issue('DNS:two.test');
    const { port } = await site.start(startTlsPeer(mine, { host: '127.0.0.2' }));
    assert.equal(await connect({ name: 'two.test', port }), 'ok');
  });

  it('is never made to forbidden addresses of the same name', async () => {
    const server = await site.start(startTlsPeer(site.certificate, { host: '127.0.0.2' }));
    const policy = site.policy({ allowedHosts: new Set(['127.0.0.1']) });
    const { port } = server;
    assert.equal(await connect({ name: 'two.test', port }, policy), 'connection-refused');
    assert.equal(server.connections, 0);
  });

  it('trusts public CAs only, unless others are configured', async () => {
    const server = await site.start(startTlsPeer(site.certificate));
    const { extraCa: _ours, ...policy } = site.policy();
    assert.equal(await connect(server, policy), 'tls-unknown-issuer');
  });

  it('verifies certificates although NODE_TLS_REJECT_UNAUTHORIZED is 0', async () => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      const server = await site.start(startTlsPeer(site.issuer.issue('DNS:other.test')));
      assert.equal(await connect(server), 'tls-wrong-name');
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    }
  });
});
