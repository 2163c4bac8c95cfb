import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { EmailAddress } from '../../plugin/addresses/index.js';
import { parseHost } from '../../plugin/connecting/endpoint.js';
import { tryConnection } from '../../plugin/sending/try-connection.js';
import { portOf, startMailServer } from './mail-peer.js';
import { endpointAt, useSite } from './site.js';

const none = { kind: 'none' } as const;
const sender = EmailAddress.parse('box@mx.test');

describe('testing the connection to an SMTP server', () => {
  const site = useSite();

  describe('that works', () => {
    for (const security of ['starttls', 'tls'] as const) {
      it(`logs in over ${security} and checks the sender, without sending a message`, async () => {
        const server = await site.start(
          startMailServer({ ...site.certificate, secure: security === 'tls' }),
        );
        const trial = await tryConnection(
          endpointAt(server.port, { security }),
          site.policy(server.port),
          {
            sender,
          },
        );
        assert.deepEqual(trial, { outcome: 'ok', reply: '250 Accepted' });
        assert.deepEqual(server.senders, ['box@mx.test']);
        assert.deepEqual(server.messages, []);
        assert.equal(server.connections, 1);
      });
    }

    it('verifies a server given by its IP address by the address in its certificate', async () => {
      const server = await site.start(startMailServer({ ...site.certificate }));
      assert.equal(await site.outcomeAt(server.port, { host: parseHost('127.0.0.1') }), 'ok');
    });

    it('logs in with CRAM-MD5, which does not reveal the password', async () => {
      const server = await site.start(
        startMailServer({ ...site.certificate, authMethods: ['CRAM-MD5'] }),
      );
      const authentication = { kind: 'cram-md5', user: 'user', password: 'secret' } as const;
      assert.equal(await site.outcomeAt(server.port, { authentication }), 'ok');
      assert.equal(server.logins[0]?.method, 'CRAM-MD5');
    });

    it('needs no login where the server requires none', async () => {
      const server = await site.start(startMailServer({ ...site.certificate }));
      assert.equal(await site.outcomeAt(server.port, { authentication: none }), 'ok');
      assert.deepEqual(server.logins, []);
    });
  });

  describe('without TLS', () => {
    it('logs in only with an administrator’s permission', async () => {
      const server = await site.start(startMailServer({ allowInsecureAuth: true }));
      const plain = endpointAt(server.port, { security: 'none' });
      const refused = await tryConnection(plain, site.policy(server.port));
      assert.equal(refused.outcome, 'plain-login-forbidden');
      assert.equal(server.connections, 0);
      const allowed = await tryConnection(
        plain,
        site.policy(server.port, { allowPlainLogin: true }),
      );
      assert.equal(allowed.outcome, 'ok');
      assert.equal(server.logins.length, 1);
    });

    it('succeeds without a login', async () => {
      const server = await site.start(startMailServer({}));
      assert.equal(
        await site.outcomeAt(server.port, { security: 'none', authentication: none }),
        'ok',
      );
    });
  });

  describe('that cannot be reached', () => {
    it('reports an unknown name', async () => {
      assert.equal(await site.outcomeAt(25, { host: parseHost('nowhere.test') }), 'name-unknown');
    });

    it('reports that no name server answers', async () => {
      const silent = site.policy(25, { resolvers: ['127.0.0.1:1'] });
      const trial = await tryConnection(endpointAt(25), silent, { deadlineMs: 400 });
      assert.equal(trial.outcome, 'name-unavailable');
    });

    it('reports a closed port', async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const port = portOf(server);
      await new Promise((resolve) => server.close(resolve));
      assert.equal(await site.outcomeAt(port), 'connection-refused');
    });

    it('does not connect to a port that is not allowed', async () => {
      const server = await site.start(startMailServer(site.certificate));
      const trial = await tryConnection(endpointAt(server.port), site.policy(25));
      assert.equal(trial.outcome, 'port-forbidden');
      assert.equal(server.connections, 0);
    });
  });
});
