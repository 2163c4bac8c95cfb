import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { text } from 'node:stream/consumers';
import type { OutgoingPolicy } from '../../plugin/connecting/outgoing-policy.js';
import type { TokenLogin } from '../../plugin/sending/smtp-endpoint.js';
import { type Trial, tryConnection } from '../../plugin/sending/try-connection.js';
import type { Certificate } from './certificates.js';
import { type MailServer, portOf, startMailServer } from '../sending/mail-peer.js';
import { endpointAt, useSite } from '../sending/site.js';

/** Answers like an OAuth provider, and keeps what it was asked. */
interface Provider {
  readonly url: string;
  readonly requests: string[];
  connections: number;
  stop(): Promise<void>;
}

type Answer = [status: number, body: string, headers?: Record<string, string>];

async function startProvider(certificate: Certificate, answer: Answer | []): Promise<Provider> {
  const seen = { requests: [] as string[], connections: 0 };
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    seen.requests.push(`${request.method} ${request.url} ${await text(request)}`);
    const [status, body, headers] = answer;
    if (status !== undefined) {
      response.writeHead(status, headers).end(body);
    }
  };
  const server = createServer(certificate, (request, response) => void respond(request, response));
  server.on('connection', () => {
    seen.connections += 1;
  });
  server.on('tlsClientError', () => {});
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return Object.assign(seen, {
    url: `https://alias.test:${portOf(server)}/token`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

const granted: Answer = [200, '{"access_token":"granted","expires_in":3599,"token_type":"Bearer"}'];

describe('a login by an access token', () => {
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
    login: Partial<TokenLogin>,
    more: Partial<OutgoingPolicy> = {},
    deadlineMs = 5000,
  ): Promise<Trial> {
    const authentication = {
      kind: 'xoauth2',
      user: 'box@mx.test',
      clientId: 'panel',
      clientSecret: 'hush',
      refreshToken: 'refresh/1',
      ...login,
    } as const;
    const endpoint = endpointAt(server.port, { authentication });
    return await tryConnection(endpoint, site.policy(server.port, more), { deadlineMs });
  }

  it('exchanges the refresh token for one, and logs in with that', async () => {
    const provider = await site.start(startProvider(mine, granted));
    assert.equal((await attempt({ tokenUrl: provider.url })).outcome, 'ok');
    assert.deepEqual(provider.requests, [
      'POST /token grant_type=refresh_token&client_id=panel&client_secret=hush&refresh_token=refresh%2F1',
    ]);
    assert.deepEqual(
      server.logins.map(({ method, username, accessToken }) => [method, username, accessToken]),
      [['XOAUTH2', 'box@mx.test', 'granted']],
    );
  });

  it('is tried once: neither another token nor another password is tried when it is refused', async () => {
    const provider = await site.start(
      startProvider(mine, [200, '{"access_token":"of-somebody-else"}']),
    );
    const trial = await attempt({ tokenUrl: provider.url });
    assert.equal(trial.outcome, 'login-refused');
    assert.match(trial.reply ?? '', /^535 /);
    assert.deepEqual(
      server.logins.map(({ method }) => method),
      ['XOAUTH2'],
    );
    assert.equal(provider.requests.length, 1);
  });

  it('says what the provider says when it refuses the refresh token', async () => {
    const provider = await site.start(
      startProvider(mine, [
        400,
        '{"error":"invalid_grant","error_description":"Token has been\\nexpired or revoked."}',
      ]),
    );
    assert.deepEqual(await attempt({ tokenUrl: provider.url }), {
      outcome: 'token-refused',
      reply: 'invalid_grant Token has been expired or revoked.',
    });
    assert.deepEqual(server.logins, []);
  });

  const useless: [what: string, answer: Answer][] = [
    ['an error of its own', [503, '{"error":"temporarily_unavailable"}']],
    ['a page', [200, '<html>']],
    ['no token', [200, '{}']],
    ['nothing at all', [200, 'null']],
    ['a token that would end the login early', [200, '{"access_token":"a\\u0001auth=x"}']],
    ['more than anybody needs', [200, `{"access_token":"${'a'.repeat(100_000)}"}`]],
    ['the way to somebody else', [307, '', { Location: 'https://mx.test/' }]],
  ];
  for (const [what, answer] of useless) {
    it(`fails when the provider answers with ${what}`, async () => {
      const provider = await site.start(startProvider(mine, answer));
      assert.equal((await attempt({ tokenUrl: provider.url })).outcome, 'token-unavailable');
      assert.equal(provider.requests.length, 1);
      assert.deepEqual(server.logins, []);
    });
  }

  it('tells its refresh token to nobody who has no certificate for that name', async () => {
    const provider = await site.start(startProvider(site.certificate, granted));
    assert.equal((await attempt({ tokenUrl: provider.url })).outcome, 'token-unavailable');
    assert.equal(provider.connections, 1);
    assert.deepEqual(provider.requests, []);
  });

  it('asks nobody inside, on another port than that of https, or in clear', async () => {
    const provider = await site.start(startProvider(mine, granted));
    const { port } = new URL(provider.url);
    const urls = [
      `http://alias.test:${port}/`,
      `https://127.0.0.1:${port}/`,
      `https://0x7f000001:${port}/`,
      `https://[::ffff:127.0.0.1]:${port}/`,
      `https://localhost:${port}/`,
      provider.url,
      'https://alias.test/',
      'nonsense',
    ];
    for (const tokenUrl of urls) {
      const allowedHosts = new Set(
        tokenUrl.startsWith('http:') ? ['mx.test', 'alias.test'] : ['mx.test'],
      );
      assert.equal(
        (await attempt({ tokenUrl }, { allowedHosts })).outcome,
        'token-unavailable',
        tokenUrl,
      );
    }
    assert.equal(provider.connections, 0);
  });

  it('ends with the time that there is for all of it', async () => {
    const provider = await site.start(startProvider(mine, []));
    const trial = await attempt({ tokenUrl: provider.url }, {}, 500);
    assert.equal(trial.outcome, 'timed-out');
  });
});
