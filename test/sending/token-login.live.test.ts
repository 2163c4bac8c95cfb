import assert from 'node:assert/strict';
import { type Trial, tryConnection } from '../../plugin/sending/try-connection.js';
import type { Certificate } from '../connecting/certificates.js';
import { type Answer, granted, revoked, startProvider } from '../connecting/token-provider.js';
import { type MailServer, startMailServer } from './mail-peer.js';
import { endpointAt, useSite } from './site.js';

describe('a login with an access token', () => {
  const site = useSite();
  let mine: Certificate;
  let server: MailServer;

  before(() => {
    mine = site.issuer.issue('DNS:alias.test');
  });
  beforeEach(async () => {
    server = await site.start(
      startMailServer({ ...site.certificate, authMethods: ['XOAUTH2', 'PLAIN'] }),
    );
  });

  async function attempt(
    answer: Answer | [],
    deadlineMs = 5000,
  ): Promise<{ readonly trial: Trial; readonly requests: number }> {
    const provider = await site.start(startProvider(mine, answer));
    const authentication = {
      kind: 'xoauth2',
      user: 'box@mx.test',
      clientId: 'panel',
      refreshToken: 'refresh/1',
      tokenUrl: provider.url,
    } as const;
    const endpoint = endpointAt(server.port, { authentication });
    const trial = await tryConnection(endpoint, site.policy(server.port), { deadlineMs });
    return { trial, requests: provider.requests.length };
  }

  it('uses the token that the provider granted', async () => {
    const { trial } = await attempt(granted);
    assert.equal(trial.outcome, 'ok');
    assert.deepEqual(
      server.logins.map(({ method, username, accessToken }) => [method, username, accessToken]),
      [['XOAUTH2', 'box@mx.test', 'granted']],
    );
  });

  it('is tried once, without another token or password after a refusal', async () => {
    const { trial, requests } = await attempt([200, '{"access_token":"of-somebody-else"}']);
    assert.equal(trial.outcome, 'login-refused');
    assert.match(trial.reply ?? '', /^535 /);
    assert.deepEqual(
      server.logins.map(({ method }) => method),
      ['XOAUTH2'],
    );
    assert.equal(requests, 1);
  });

  it('reports the provider’s refusal of the refresh token, and is not attempted then', async () => {
    const { trial } = await attempt(revoked);
    assert.deepEqual(trial, {
      outcome: 'token-refused',
      reply: 'invalid_grant Token has been expired or revoked.',
    });
    assert.deepEqual(server.logins, []);
  });

  it('is not attempted when the provider grants no token', async () => {
    const { trial, requests } = await attempt([200, '{}']);
    assert.equal(trial.outcome, 'token-unavailable');
    assert.equal(requests, 1);
    assert.deepEqual(server.logins, []);
  });

  it('is bound to the deadline of the whole attempt', async () => {
    const { trial } = await attempt([], 500);
    assert.equal(trial.outcome, 'timed-out');
  });
});
