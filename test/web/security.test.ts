import assert from 'node:assert/strict';
import { type TestApp, type TestWeb } from '../support/app.js';
import { addAccount, addDomain } from '../support/fixtures.js';
import { Visitor } from '../support/visitor.js';
import { useServedApp } from '../support/served-app.js';

describe('security headers', () => {
  let app: TestApp;
  let web: TestWeb;
  let visitor: Visitor;

  const served = useServedApp('sqlite', {
    RELAIS_BASE_PATH: '/mail/',
    RELAIS_TRUST_PROXY: 'loopback',
  });
  before(async () => {
    ({ app, web } = served);
    const id = await addAccount(app, 'root', { role: 'administrator' });
    await addDomain(app, 'own.example', 'root');
    visitor = await Visitor.signedIn(web, app, id);
  });

  const answers = async (headers: Record<string, string> = {}) => {
    const { text } = await visitor.get('/domains');
    const asset = /href="\/mail(\/assets\/[^"]+\.css)"/.exec(text)?.[1] ?? '';
    const list = '/domains/export?format=csv';
    const inside = ['/', '/sign-in', '/domains', list, asset, '/domains/own.example', '/nothing'];
    const programs = ['/api/v1/messages/1', '/api/v1/openapi.json', '/api/nothing'];
    const origin = new URL(web.url).origin;
    return [
      ...(await Promise.all(
        [...inside, ...programs].map(async (path) => {
          const page = await visitor.get(path, headers);
          return [path, page.status, page.headers] as const;
        }),
      )),
      ...(await Promise.all(
        ['/healthz', '/readyz', '/outside'].map(async (path) => {
          const response = await fetch(origin + path, { headers });
          return [path, response.status, response.headers] as const;
        }),
      )),
    ];
  };

  it('are on every answer: pages, files, redirects, errors, the API, health checks', async () => {
    const all = await answers();
    assert.deepEqual(
      all.map(([, status]) => status),
      [200, 200, 200, 200, 200, 303, 404, 401, 200, 404, 200, 200, 404],
    );
    for (const [path, , headers] of all) {
      const policy = headers.get('content-security-policy') ?? '';
      assert.match(policy, /default-src 'none'/, path);
      assert.match(policy, /frame-ancestors 'none'/, path);
      assert.doesNotMatch(policy, /unsafe|https?:/, path);
      assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
      assert.equal(headers.get('referrer-policy'), 'same-origin', path);
      assert.match(headers.get('permissions-policy') ?? '', /camera=\(\), .*usb=\(\)/, path);
      assert.equal(headers.get('x-powered-by'), null, path);
    }
  });

  for (const [where, forwarded, sent] of [
    ['over TLS', { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'panel.example' }, true],
    ['on this machine', {}, true],
    ['elsewhere, where browsers ignore them,', { 'x-forwarded-host': 'panel.example' }, false],
  ] as const) {
    it(`isolate the origin ${where} ${sent ? 'on every answer' : 'on no answer'}`, async () => {
      for (const [path, , headers] of await answers(forwarded)) {
        assert.equal(headers.get('origin-agent-cluster'), sent ? '?1' : null, path);
        assert.equal(headers.get('cross-origin-opener-policy'), sent ? 'same-origin' : null, path);
      }
    });
  }
});
