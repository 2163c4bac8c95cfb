import assert from 'node:assert/strict';
import { EmailAddress } from '../../plugin/addresses/index.js';
import { tryConnection } from '../../plugin/sending/try-connection.js';
import { type MailServer, startMailServer, startScript } from './mail-peer.js';
import { endpointAt, useSite } from './site.js';

describe('testing the login to an SMTP server', () => {
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
});
