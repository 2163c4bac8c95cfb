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

describe('trying the connection to an SMTP server', () => {
  const site = useSite();

  /** Logs in where these mechanisms are offered and AUTH is answered so; `said` is what was asked for. */
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

  describe('that is as it should be', () => {
    for (const security of ['starttls', 'tls'] as const) {
      it(`logs in over ${security} and asks for the sender, without a message`, async () => {
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

    it('proves an address by the address in its certificate', async () => {
      const server = await site.start(startMailServer({ ...site.certificate }));
      assert.equal(await site.outcomeAt(server.port, { host: parseHost('127.0.0.1') }), 'ok');
    });

    it('logs in by CRAM-MD5, which does not tell the password', async () => {
      const server = await site.start(
        startMailServer({ ...site.certificate, authMethods: ['CRAM-MD5'] }),
      );
      const authentication = { kind: 'cram-md5', user: 'user', password: 'secret' } as const;
      assert.equal(await site.outcomeAt(server.port, { authentication }), 'ok');
      assert.equal(server.logins[0]?.method, 'CRAM-MD5');
    });

    it('needs no login where the server knows the installation', async () => {
      const server = await site.start(startMailServer({ ...site.certificate }));
      assert.equal(await site.outcomeAt(server.port, { authentication: none }), 'ok');
      assert.deepEqual(server.logins, []);
    });
  });

  describe('whose TLS is not', () => {
    it('says that the certificate has expired', async () => {
      const server = await site.start(startMailServer(site.issuer.issueExpired('DNS:mx.test')));
      assert.equal(await site.outcomeAt(server.port), 'tls-expired');
      assert.deepEqual(server.logins, []);
    });

    it('says that it is for another name, under both securities', async () => {
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

    it('says that nobody trusts the issuer', async () => {
      const stranger = createIssuer();
      const server = await site.start(startMailServer(stranger.issue('DNS:mx.test')));
      stranger.remove();
      assert.equal(await site.outcomeAt(server.port), 'tls-unknown-issuer');
      assert.deepEqual(server.logins, []);
    });

    it('says that TLS failed where the server speaks another language', async () => {
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

    it('says that there is no STARTTLS, and tells no password', async () => {
      const server = await site.start(
        startMailServer({ disabledCommands: ['STARTTLS'], allowInsecureAuth: true }),
      );
      assert.equal(await site.outcomeAt(server.port), 'no-starttls');
      assert.deepEqual(server.logins, []);
    });

    it('does not go on in clear when STARTTLS is stripped or refused', async () => {
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

    it('believes nothing that was said before TLS', async () => {
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
    it('needs the permission of an administrator to log in', async () => {
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

    it('is in order where there is no login', async () => {
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

    it('says so of a login, after one attempt', async () => {
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

    it('says so of a login without a password, which is not even tried', async () => {
      const authentication = { kind: 'password', user: 'user', password: '' } as const;
      assert.equal(await site.outcomeAt(server.port, { authentication }), 'login-refused');
      assert.deepEqual(server.logins, []);
    });

    it('says so of a sender, in the words of the server', async () => {
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
      it(`is told by ${JSON.stringify(reply)} to a login: ${outcome}`, async () => {
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
      it(`is logged in to by LOGIN when PLAIN is answered with ${reply}`, async () => {
        const { outcome, said } = await logIn('PLAIN LOGIN', reply, ...challenges, '235 in');
        assert.deepEqual([outcome, said], ['ok', ['AUTH PLAIN', 'AUTH LOGIN']]);
      });
    }

    it('is asked no third time', async () => {
      const { outcome, said } = await logIn(
        'LOGIN PLAIN',
        '504 5.5.4 No',
        '504 5.5.4 No',
        '235 in',
      );
      assert.deepEqual(said, ['AUTH PLAIN', 'AUTH LOGIN']);
      assert.equal(outcome, 'no-authentication-offered');
    });

    it('is not told a refused password again', async () => {
      for (const reply of [
        '535 5.7.8 Bad credentials',
        '534 5.7.9 Application-specific password',
        '454 Later',
      ]) {
        const { said } = await logIn('PLAIN LOGIN', reply, '235 in');
        assert.deepEqual(said, ['AUTH PLAIN'], reply);
      }
    });

    it('is not asked for what it does not offer', async () => {
      const { outcome, said } = await logIn('PLAIN', '504 5.5.4 No', '235 in');
      assert.deepEqual([outcome, said], ['no-authentication-offered', ['AUTH PLAIN']]);
      const other = await logIn('LOGIN', ...challenges, '235 in');
      assert.deepEqual([other.outcome, other.said], ['ok', ['AUTH LOGIN']]);
    });

    it('or CRAM-MD5 alone is logged in to by that', async () => {
      const server = await site.start(
        startMailServer({ ...site.certificate, authMethods: ['CRAM-MD5'] }),
      );
      assert.equal(await site.outcomeAt(server.port), 'ok');
    });
  });

  describe('that is not there', () => {
    it('says that nobody has the name', async () => {
      assert.equal(await site.outcomeAt(25, { host: parseHost('nowhere.test') }), 'name-unknown');
    });

    it('says that no name server answers', async () => {
      const silent = site.policy(25, { resolvers: ['127.0.0.1:1'] });
      const trial = await tryConnection(endpointAt(25), silent, { deadlineMs: 400 });
      assert.equal(trial.outcome, 'name-unavailable');
    });

    it('says that the port is closed', async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const port = portOf(server);
      await new Promise((resolve) => server.close(resolve));
      assert.equal(await site.outcomeAt(port), 'connection-refused');
    });

    it('asks nobody about a port that is not allowed', async () => {
      const server = await site.start(startMailServer(site.certificate));
      const trial = await tryConnection(endpointAt(server.port), site.policy(25));
      assert.equal(trial.outcome, 'port-forbidden');
      assert.equal(server.connections, 0);
    });
  });
});
