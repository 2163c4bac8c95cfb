import assert from 'node:assert/strict';
import { request } from 'node:http';
import { type TestApp, type TestWeb, openTestApp, startTestWeb } from '../../support/app.js';
import { addAccount, addPlan } from '../../support/fixtures.js';
import { Visitor } from '../../support/visitor.js';

const configured = 'https://panel.example.com/mail/';

describe('a shown link', () => {
  it('starts with the installation’s public URL, whatever the request contains', async () => {
    for (const host of ['evil.example', undefined]) {
      const shown = await shownTo({ RELAIS_PUBLIC_URL: configured.slice(0, -1) }, host);
      assert.deepEqual(shown, { signIn: configured, api: configured });
    }
  });

  it('starts with the address that received the request, if no public URL is set', async () => {
    const here = 'http://here/modules/mail/';
    for (const host of [
      undefined,
      'evil.example',
      'panel.example:8443',
      '[2001:db8::1]:8880',
      "evil.example'; rm -rf ~ #",
      'a@evil.example',
    ]) {
      assert.deepEqual(await shownTo({}, host), { signIn: here, api: here }, host);
    }
  });

  it('starts with the public URL in the OpenAPI document, if one is set', async () => {
    assert.equal(
      await serverIn({ RELAIS_PUBLIC_URL: configured }),
      'https://panel.example.com/mail',
    );
    assert.equal(await serverIn({}), '/modules/mail');
  });
});

type Served = { readonly app: TestApp; readonly web: TestWeb };

async function served<T>(
  env: Readonly<Record<string, string>>,
  work: (at: Served) => Promise<T>,
): Promise<T> {
  const app = await openTestApp('sqlite', { RELAIS_BASE_PATH: '/modules/mail', ...env });
  const web = await startTestWeb(app);
  try {
    return await work({ app, web });
  } finally {
    await web.stop();
    await app.remove();
  }
}

/** The first part of a sign-in link, and of the example of a new token. */
async function shownTo(env: Readonly<Record<string, string>>, host: string | undefined) {
  return await served(env, async ({ app, web }) => {
    await addPlan(app);
    const customerId = await addAccount(app, 'marie');
    const admin = await Visitor.signedIn(
      web,
      app,
      await addAccount(app, 'root', { role: 'administrator' }),
    );
    const { cookie, csrfToken } = admin.credentials;
    const post = (path: string, fields: Readonly<Record<string, string>>) =>
      postTo(web.url + path, {
        headers: { cookie, ...(host !== undefined && { host }) },
        body: new URLSearchParams({ csrfToken, ...fields }).toString(),
      });
    const { origin } = new URL(web.url);
    const shown = async (path: string, fields: Readonly<Record<string, string>>) =>
      (await post(path, fields)).replaceAll(origin, 'http://here');
    const link = await shown(`/accounts/${customerId}/sign-in-link`, {});
    const token = await shown('/api-tokens/new', { title: 'X', 'scope.messages.send': '1' });
    return {
      signIn: /value="([^"]+)sign-in\//.exec(link)?.[1],
      api: /(\S+)api\/v1\/messages/.exec(token)?.[1],
    };
  });
}

async function serverIn(env: Readonly<Record<string, string>>): Promise<string | undefined> {
  return await served(env, async ({ web }) => {
    const answer = await fetch(`${web.url}/api/v1/openapi.json`, {
      headers: { 'x-forwarded-host': 'evil.example' },
    });
    const document = (await answer.json()) as { servers: readonly { url: string }[] };
    return document.servers[0]?.url;
  });
}

/** `fetch` cannot send another `Host` header. */
async function postTo(
  url: string,
  { headers, body }: { readonly headers: Record<string, string>; readonly body: string },
): Promise<string> {
  return await new Promise((resolve, reject) => {
    const type = 'application/x-www-form-urlencoded';
    const sent = request(url, {
      method: 'POST',
      headers: { 'content-type': type, 'content-length': body.length, ...headers },
    });
    sent.on('error', reject).on('response', (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk))).on('end', () => resolve(text));
    });
    sent.end(body);
  });
}
