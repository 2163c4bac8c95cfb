import assert from 'node:assert/strict';
import { fetchAccessToken } from '../../plugin/connecting/access-token.js';
import { ConnectionError } from '../../plugin/connecting/connection-error.js';
import type { ConnectionPolicy } from '../../plugin/connecting/connection-policy.js';
import { Deadline } from '../../plugin/connecting/deadline.js';
import type { Certificate } from './certificates.js';
import { useSite } from './site.js';
import { type Answer, granted, revoked, startProvider } from './token-provider.js';

type Attempt =
  | { readonly token: string }
  | { readonly failure: string; readonly reply: string | undefined };

describe('an access token', () => {
  const site = useSite();
  let mine: Certificate;

  before(() => {
    mine = site.issuer.issue('DNS:alias.test');
  });

  async function attempt(
    tokenUrl: string,
    more: Partial<ConnectionPolicy> = {},
    deadlineMs = 5000,
  ): Promise<Attempt> {
    const grant = {
      clientId: 'panel',
      clientSecret: 'hush',
      refreshToken: 'refresh/1',
      tokenUrl,
    };
    const deadline = new Deadline(deadlineMs);
    try {
      const token = await fetchAccessToken(grant, site.policy(more), deadline);
      deadline.lift();
      return { token };
    } catch (error) {
      const failed = deadline.failureOf(error);
      assert.ok(failed instanceof ConnectionError, String(failed));
      return { failure: String(failed.failure), reply: failed.reply };
    }
  }

  async function failureOf(...of: Parameters<typeof attempt>): Promise<string> {
    const attempted = await attempt(...of);
    return 'failure' in attempted ? attempted.failure : 'none';
  }

  it('is exchanged for the refresh token', async () => {
    const provider = await site.start(startProvider(mine, granted));
    assert.deepEqual(await attempt(provider.url), { token: 'granted' });
    assert.deepEqual(provider.requests, [
      'POST /token grant_type=refresh_token&client_id=panel&client_secret=hush&refresh_token=refresh%2F1',
    ]);
  });

  it('is refused with the provider’s own reason', async () => {
    const provider = await site.start(startProvider(mine, revoked));
    assert.deepEqual(await attempt(provider.url), {
      failure: 'token-refused',
      reply: 'invalid_grant Token has been expired or revoked.',
    });
  });

  const useless: [what: string, answer: Answer][] = [
    ['an error of its own', [503, '{"error":"temporarily_unavailable"}']],
    ['a page', [200, '<html>']],
    ['no token', [200, '{}']],
    ['nothing at all', [200, 'null']],
    ['a token that would end the login early', [200, '{"access_token":"a\\u0001auth=x"}']],
    ['an excessive size', [200, `{"access_token":"${'a'.repeat(100_000)}"}`]],
    ['a redirect to another host', [307, '', { Location: 'https://mx.test/' }]],
  ];
  for (const [what, answer] of useless) {
    it(`is unavailable when the provider answers with ${what}`, async () => {
      const provider = await site.start(startProvider(mine, answer));
      assert.equal(await failureOf(provider.url), 'token-unavailable');
      assert.equal(provider.requests.length, 1);
    });
  }

  it('is not requested from a provider whose certificate is for another name', async () => {
    const provider = await site.start(startProvider(site.certificate, granted));
    assert.equal(await failureOf(provider.url), 'token-unavailable');
    assert.equal(provider.connections, 1);
    assert.deepEqual(provider.requests, []);
  });

  it('is not requested from internal addresses, from ports other than 443, or without TLS', async () => {
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
      assert.equal(await failureOf(tokenUrl, { allowedHosts }), 'token-unavailable', tokenUrl);
    }
    assert.equal(provider.connections, 0);
  });

  it('must arrive within the deadline of the whole attempt', async () => {
    const provider = await site.start(startProvider(mine, []));
    assert.equal(await failureOf(provider.url, {}, 500), 'timed-out');
  });
});
