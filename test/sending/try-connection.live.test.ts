import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { TLSSocket } from 'node:tls';
import { EmailAddress } from '../../plugin/addresses/index.js';
import { parseHost } from '../../plugin/connecting/endpoint.js';
import { tryConnection } from '../../plugin/sending/try-connection.js';
import { createIssuer } from '../connecting/certificates.js';
import {
  type MailServer,
  portOf,
  recite,
  startMailServer,
  startPeer,
  startScript,
} from './mail-peer.js';
import { endpointAt, useSite } from './site.js';

const none = { kind: 'none' } as const;
const sender = EmailAddress.parse('box@mx.test');

describe('testing the connection to an SMTP server', () => {
  const site = useSite();

  /** Logs in to a server with these mechanisms and these replies to AUTH; `said` has the client's commands. */
  async function logIn(
    offer: string,
    ...answers: readonly string[]
  ): Promise<{ readonly outcome: string; readonly said: readonly string[] }> {
    const lines = ['220 hi', `250-hi\r\n250 AUTH ${offer}`, ...answers];
    const script = await site.start(startScript(...lines));
    const plain = endpointAt(script.port, { security: 'none' });
    const policy = site.policy(script.port, { allowPlainLogin: true });
    const { outcome } = await tryConnection(plain, policy);
    const said = script.heard().match(/^AUTH \S+/gm) ?? [];
    return { outcome, said };
  }

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

  describe('whose TLS is defective', () => {
    it('reports an expired certificate', async () => {
      const server = await site.start(startMailServer(site.issuer.issueExpired('DNS:mx.test')));
      assert.equal(await site.outcomeAt(server.port), 'tls-expired');
      assert.deepEqual(server.logins, []);
    });

    it('reports a certificate for another name, with STARTTLS and with implicit TLS', async () => {
      const server = await site.start(startMailServer(site.certificate));
      assert.equal(
        await site.outcomeAt(server.port, { host: parseHost('alias.test') }),
        'tls-wrong-name',
      );
      const secured = await site.start(startMailServer({ ...site.certificate, secure: true }));
      const more = { host: parseHost('alias.test'), security: 'tls' } as const;
      assert.equal(await site.outcomeAt(secured.port, more), 'tls-wrong-name');
      assert.deepEqual([...server.logins, ...secured.logins], []);
    });

    it('reports an unknown issuer', async () => {
      const stranger = createIssuer();
      const server = await site.start(startMailServer(stranger.issue('DNS:mx.test')));
      stranger.remove();
      assert.equal(await site.outcomeAt(server.port), 'tls-unknown-issuer');
      assert.deepEqual(server.logins, []);
    });

    it('reports failed TLS when the server answers something else', async () => {
      const server = await site.start(startMailServer(site.certificate));
      assert.equal(await site.outcomeAt(server.port, { security: 'tls' }), 'tls-failed');
      const peer = await site.start(
        startPeer((socket) => {
          recite(socket, ['220 hi', '250-hi\r\n250 STARTTLS', '220 go']);
          socket.on('data', (chunk) => void (chunk[0] === 0x16 && socket.write('500 What?\r\n')));
        }),
      );
      assert.equal(await site.outcomeAt(peer.port), 'tls-failed');
    });

    it('reports missing STARTTLS, and sends no password', async () => {
      const server = await site.start(
        startMailServer({ disabledCommands: ['STARTTLS'], allowInsecureAuth: true }),
      );
      assert.equal(await site.outcomeAt(server.port), 'no-starttls');
      assert.deepEqual(server.logins, []);
    });

    it('does not continue without TLS when STARTTLS is stripped or refused', async () => {
      for (const reply of ['454 4.7.0 TLS not available', '502 5.5.1 What?']) {
        const script = await site.start(
          startScript('220 hi', '250-hi\r\n250-XXXXXXXA\r\n250 AUTH PLAIN LOGIN', reply, '235 ok'),
        );
        const trial = await tryConnection(endpointAt(script.port), site.policy(script.port), {
          sender,
        });
        assert.deepEqual(trial, { outcome: 'no-starttls', reply });
        await script.closed;
        assert.doesNotMatch(script.heard(), /AUTH|MAIL|c2VjcmV0|secret/);
      }
    });

    it('ignores capabilities announced before TLS', async () => {
      const peer = await site.start(
        startPeer((socket) => {
          recite(socket, ['220 hi', '250-hi\r\n250-AUTH PLAIN\r\n250 STARTTLS', '220 go']);
          socket.on('data', (chunk) => {
            if (chunk.toString().startsWith('STARTTLS')) {
              const secured = new TLSSocket(socket.removeAllListeners('data'), {
                ...site.certificate,
                isServer: true,
              });
              secured.on('data', () => secured.write('250 hi\r\n'));
            }
          });
        }),
      );
      assert.equal(await site.outcomeAt(peer.port), 'no-authentication-offered');
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

  describe('that refuses', () => {
    let server: MailServer;

    beforeEach(async () => {
      server = await site.start(startMailServer(site.certificate));
    });

    it('reports a refused login, after one attempt', async () => {
      const authentication = { kind: 'password', user: 'user', password: 'wrong' } as const;
      const trial = await tryConnection(
        endpointAt(server.port, { authentication }),
        site.policy(server.port),
      );
      assert.equal(trial.outcome, 'login-refused');
      assert.match(trial.reply ?? '', /^535 /);
      assert.equal(server.logins.length, 1);
      assert.equal(server.connections, 1);
    });

    it('reports a login without a password, which it does not attempt', async () => {
      const authentication = { kind: 'password', user: 'user', password: '' } as const;
      assert.equal(await site.outcomeAt(server.port, { authentication }), 'login-refused');
      assert.deepEqual(server.logins, []);
    });

    it('reports a refused sender, with the server’s reply', async () => {
      const trial = await tryConnection(endpointAt(server.port), site.policy(server.port), {
        sender: EmailAddress.parse('nobody@mx.test'),
      });
      assert.deepEqual(trial, {
        outcome: 'sender-refused',
        reply: '550 5.7.1 Sender not owned by user',
      });
    });

    const replies: [reply: string, outcome: string][] = [
      ['454 4.7.0 Temporary authentication failure', 'server-unavailable'],
      ['421 4.7.0 Too many connections', 'server-unavailable'],
      ['503 5.5.1 Error: authentication not enabled', 'no-authentication-offered'],
      ['504 5.5.4 Unrecognized authentication type', 'no-authentication-offered'],
      ['535-5.7.8 Not accepted. See\r\n535 5.7.8 https://help.test', 'login-refused'],
      ['250 2.0.0 Ok', 'ok'],
    ];
    for (const [reply, outcome] of replies) {
      it(`reads ${JSON.stringify(reply)} after a login as ${outcome}`, async () => {
        const script = await site.start(startScript('220 hi', '250-hi\r\n250 AUTH PLAIN', reply));
        const plain = endpointAt(script.port, { security: 'none' });
        const trial = await tryConnection(
          plain,
          site.policy(script.port, { allowPlainLogin: true }),
        );
        assert.equal(trial.outcome, outcome);
      });
    }
  });

  describe('that offers PLAIN and LOGIN', () => {
    const challenges = ['334 VXNlcm5hbWU6', '334 UGFzc3dvcmQ6'];
    const missing = [
      '504 5.7.4 Unrecognized authentication type',
      '502 5.5.2 Error: command not recognized',
      '500 unrecognized command',
      '535 5.7.8 Authentication mechanism not supported',
      '534 5.7.9 Authentication mechanism is too weak',
    ];
    for (const reply of missing) {
      it(`tries LOGIN after PLAIN is answered with ${reply}`, async () => {
        const { outcome, said } = await logIn('PLAIN LOGIN', reply, ...challenges, '235 in');
        assert.deepEqual([outcome, said], ['ok', ['AUTH PLAIN', 'AUTH LOGIN']]);
      });
    }

    it('makes no third attempt', async () => {
      const { outcome, said } = await logIn(
        'LOGIN PLAIN',
        '504 5.5.4 No',
        '504 5.5.4 No',
        '235 in',
      );
      assert.deepEqual(said, ['AUTH PLAIN', 'AUTH LOGIN']);
      assert.equal(outcome, 'no-authentication-offered');
    });

    it('does not repeat a refused password', async () => {
      for (const reply of [
        '535 5.7.8 Bad credentials',
        '534 5.7.9 Application-specific password',
        '454 Later',
      ]) {
        const { said } = await logIn('PLAIN LOGIN', reply, '235 in');
        assert.deepEqual(said, ['AUTH PLAIN'], reply);
      }
    });

    it('tries only mechanisms that are offered', async () => {
      const { outcome, said } = await logIn('PLAIN', '504 5.5.4 No', '235 in');
      assert.deepEqual([outcome, said], ['no-authentication-offered', ['AUTH PLAIN']]);
      const other = await logIn('LOGIN', ...challenges, '235 in');
      assert.deepEqual([other.outcome, other.said], ['ok', ['AUTH LOGIN']]);
    });

    it('uses CRAM-MD5 when nothing else is offered', async () => {
      const server = await site.start(
        startMailServer({ ...site.certificate, authMethods: ['CRAM-MD5'] }),
      );
      assert.equal(await site.outcomeAt(server.port), 'ok');
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
