import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { type Locale, languageFor } from '../../../plugin/web/locale.js';
import {
  type TestApp,
  type TestWeb,
  engines,
  openTestApp,
  startTestWeb,
} from '../../support/app.js';
import { addAccount, addDomain, giveWebmailAddresses } from '../../support/fixtures.js';
import { ask, oddHosts } from './asking.js';

async function openWith(
  engine: 'sqlite' | 'mariadb',
  env: Readonly<Record<string, string>> = {},
): Promise<{ app: TestApp; web: TestWeb }> {
  const app = await openTestApp(engine, env);
  await giveWebmailAddresses(app);
  await app.db.knex('webmails').where({ key: 'sogo' }).update({
    address: 'http://groupware.provider.example:8080/SOGo/?domain={domain}&user={mailbox}',
  });
  await app.db.knex('webmails').where({ key: 'snappymail' }).update({ address: null });
  await addAccount(app, 'dupont');
  for (const name of [
    'example.com',
    'bücher.example',
    'french.example',
    'off.example',
    'suspended.example',
  ]) {
    await addDomain(app, name, 'dupont');
  }
  const change = (name: string, columns: object) =>
    app.db.knex('domains').where({ name }).update(columns);
  await change('french.example', { locale: 'fr' });
  await change('off.example', { mail_enabled: 0 });
  await change('suspended.example', { suspended: 1 });
  return { app, web: await startTestWeb(app) };
}

for (const engine of engines) {
  describe(`webmail.<domain> on ${engine}`, () => {
    let app: TestApp;
    let web: TestWeb;
    before(async () => {
      ({ app, web } = await openWith(engine));
    });
    after(async () => {
      await web.stop();
      await app.remove();
    });

    const choose = (name: string, webmail: string | null) =>
      app.db.knex('domains').where({ name }).update({ webmail });

    const names = ['example.com', 'xn--bcher-kva.example', 'french.example'];
    const targets: Readonly<Record<string, (name: string) => string>> = {
      roundcube: (name) => `https://${name}/roundcube/`,
      sogo: (name) => `http://groupware.provider.example:8080/SOGo/?domain=${name}&user=`,
    };

    it('leads each domain to its choice, live at the next request', async () => {
      for (const name of [...names, 'off.example', 'suspended.example']) {
        for (const key of [...Object.keys(targets), 'snappymail', 'removed-one', null]) {
          await choose(name, key);
          const target = targets[key ?? '']?.(name);
          const isReady = target !== undefined && names.includes(name);
          const { status, headers } = await ask(web, `webmail.${name}`);
          assert.deepEqual(
            [status, headers.location, headers['cache-control'], headers['set-cookie']],
            [isReady ? 302 : 404, isReady ? target : undefined, 'no-store', undefined],
            `${name} ${key}`,
          );
        }
      }
    });

    it('understands every spelling of a host, and HEAD', async () => {
      await choose('xn--bcher-kva.example', 'roundcube');
      for (const host of [
        'webmail.xn--bcher-kva.example',
        'WebMail.XN--BCHER-KVA.Example',
        'webmail.xn--bcher-kva.example.',
        'webmail.xn--bcher-kva.example:8443',
        'webmail.xn--bcher-kva.example.:443',
      ]) {
        for (const method of ['GET', 'HEAD']) {
          for (const path of [
            '/',
            '/sign-in',
            '/healthz',
            '/assets/x',
            '/any?next=//evil.example',
          ]) {
            const { status, headers, text } = await ask(web, host, { method, path });
            assert.deepEqual(
              [status, headers.location, method === 'HEAD' && text],
              [302, 'https://xn--bcher-kva.example/roundcube/', method === 'HEAD' && ''],
              `${method} ${host}${path}`,
            );
          }
        }
      }
    });

    it('says why there is none in the visitor’s language, or else in the domain’s', async () => {
      await choose('example.com', null);
      await choose('french.example', 'removed-one');
      const cases = [
        ['example.com', 'without', 'en'],
        ['french.example', 'without', 'fr'],
        ['off.example', 'off', 'en'],
        ['suspended.example', 'suspended', 'en'],
      ] as const;
      const asked: readonly (readonly [accepted: string, locale?: Locale])[] = [
        ['*'],
        ['de'],
        ['fr-CA,en;q=0.5', 'fr'],
        ['en', 'en'],
        ['de, fr;q=0.1', 'fr'],
      ];
      for (const [name, lack, domains] of cases) {
        for (const [accepted, locale = domains] of asked) {
          const { text, headers } = await ask(web, `webmail.${name}`, {
            headers: { 'accept-language': accepted },
          });
          const { t } = languageFor(locale);
          const title = t(`webmail.none.${lack}.title`, { domain: name });
          assert.equal(readable(/<h1>(.*)<\/h1>/.exec(text)?.[1]), title, `${name} ${accepted}`);
          assert.ok(text.includes(`<html lang="${locale}"`));
          assert.equal(headers['set-cookie'], undefined);
          assert.equal(headers['strict-transport-security'], undefined);
        }
      }
    });

    it('shows a page whose style sheets it serves, and no page of the panel', async () => {
      const { text } = await ask(web, 'webmail.off.example');
      const sheets = [...text.matchAll(/(?:href|src)="(\/assets\/[^"#]+)/g)].map(
        ([, path]) => path,
      );
      assert.ok(sheets.length >= 4);
      for (const path of sheets) {
        assert.equal((await ask(web, 'webmail.off.example', { path: path ?? '' })).status, 200);
      }
      for (const path of ['/sign-in', '/domains', '/healthz', '/readyz', '/api/v1/messages']) {
        const page = await ask(web, 'webmail.off.example', { path });
        assert.equal(page.status, 404);
        assert.match(page.text, /switched off/);
      }
    });

    it('leaves certificate challenges to the proxy, and answers no other method', async () => {
      await choose('example.com', 'roundcube');
      const path = '/.well-known/acme-challenge/token';
      const challenge = await ask(web, 'webmail.example.com', { path });
      assert.deepEqual([challenge.status, challenge.headers.location], [404, undefined]);
      for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
        const { status, headers } = await ask(web, 'webmail.example.com', { method });
        assert.deepEqual([status, headers.allow], [405, 'GET, HEAD']);
      }
    });

    it('never leads back to itself', async () => {
      for (const [host, address] of [
        ['webmail.example.com', 'https://webmail.example.com/'],
        ['webmail.example.com:8880', 'http://webmail.{domain}:8880/'],
      ] as const) {
        await app.db.knex('webmails').where({ key: 'roundcube' }).update({ address });
        assert.equal((await ask(web, host)).status, 404);
      }
      await giveWebmailAddresses(app);
    });

    it('ignores X-Forwarded-Host, which no proxy is trusted with', async () => {
      const headers = { 'x-forwarded-host': 'webmail.example.com' };
      assert.equal((await ask(web, 'webmail.absent.example', { headers })).status, 404);
      const panel = await ask(web, '127.0.0.1', { headers, path: '/sign-in' });
      assert.equal(panel.status, 200);
    });
  });
}

describe('webmail.<domain> behind a trusted proxy', () => {
  it('takes the host from X-Forwarded-Host', async () => {
    const { app, web } = await openWith('sqlite', { RELAIS_TRUST_PROXY: '1' });
    await app.db.knex('domains').where({ name: 'example.com' }).update({ webmail: 'roundcube' });
    const headers = { 'x-forwarded-host': 'WebMail.example.com', 'x-forwarded-proto': 'https' };
    const { status, headers: answered } = await ask(web, '127.0.0.1:8880', { headers });
    assert.deepEqual([status, answered.location], [302, 'https://example.com/roundcube/']);
    await web.stop();
    await app.remove();
  });

  it('leaves a panel whose own name starts with webmail', async () => {
    const { app, web } = await openWith('sqlite', {
      RELAIS_PUBLIC_URL: 'https://webmail.provider.example/',
    });
    const panel = await ask(web, 'webmail.provider.example', { path: '/sign-in' });
    assert.equal(panel.status, 200);
    assert.equal((await ask(web, 'webmail.example.net', { path: '/sign-in' })).status, 404);
    await web.stop();
    await app.remove();
  });
});

describe('any other host', () => {
  let app: TestApp;
  let web: TestWeb;
  before(async () => {
    ({ app, web } = await openWith('sqlite'));
    await app.db.knex('domains').update({ webmail: 'sogo' });
  });
  after(async () => {
    await web.stop();
    await app.remove();
  });

  /** The status line and headers, since Node's client refuses to send some of these. */
  const raw = async (host: string): Promise<string> => {
    const { port } = new URL(web.url);
    return await new Promise((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1');
      let text = '';
      socket.setEncoding('latin1');
      socket.on('data', (piece: string) => (text += piece));
      socket.once('error', reject);
      socket.once('close', () => resolve(text.split('\r\n\r\n')[0] ?? ''));
      socket.write(
        Buffer.concat([
          Buffer.from('GET /any HTTP/1.1\r\nConnection: close\r\nHost: '),
          Buffer.from(host),
          Buffer.from('\r\n\r\n'),
        ]),
      );
    });
  };

  it('that starts with webmail is 404 and never redirected, by hundreds of odd headers', async () => {
    const odd = oddHosts();
    assert.ok(odd.length > 300, String(odd.length));
    for (const host of odd) {
      const answer = await raw(host);
      assert.match(answer, /^HTTP\/1\.1 (?:404|400|431) /, JSON.stringify(host));
      assert.doesNotMatch(answer, /^location:/im, JSON.stringify(host));
      assert.doesNotMatch(answer, /^set-cookie:/im, JSON.stringify(host));
    }
  });

  it('is the panel’s, which leads to its own pages alone', async () => {
    for (const host of [
      '',
      'example.com',
      'xwebmail.example.com',
      'www.webmail.example.com',
      'evil.example/webmail.example.com',
      'a webmail.example.com',
    ]) {
      const answer = await raw(host);
      assert.doesNotMatch(answer, /^location:(?! \/)/im, host);
      assert.doesNotMatch(answer, /SOGo|groupware/, host);
    }
  });
});

/** Pages encode what is not in Latin-1. */
function readable(html = ''): string {
  return html.replaceAll(/&#(\d+);/g, (_entity, code) => String.fromCodePoint(Number(code)));
}
