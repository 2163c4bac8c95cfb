import assert from 'node:assert/strict';
import { hashPassword } from '../../../plugin/secrets/passwords.js';
import { addAccount } from '../../support/fixtures.js';
import { Visitor } from '../../support/visitor.js';
import { useServedApp } from '../../support/served-app.js';

describe('the sign-in pages', () => {
  const { app, web } = useServedApp();
  let id: number;

  before(async () => {
    id = await addAccount(app, 'dupont', { passwordHash: await hashPassword('a long password') });
  });

  const post = (path: string, body: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(web.url + path, {
      method: 'POST',
      body: new URLSearchParams(body),
      headers,
      redirect: 'manual',
    });
  const password = { login: 'dupont', password: 'a long password' };

  it('start a new session, whatever cookie the browser sends', async () => {
    const first = sessionIn(await post('/sign-in', password));
    const visitor = { headers: { cookie: first }, redirect: 'manual' } as const;
    const form = await (await fetch(`${web.url}/sign-in`, visitor)).text();
    const csrfToken = /name="csrfToken" value="([^"]+)"/.exec(form)?.[1] ?? '';
    const again = await post('/sign-in', { ...password, csrfToken }, { cookie: first });
    const second = sessionIn(again);
    assert.ok(second !== '' && second !== first);
    const old = await fetch(`${web.url}/domains`, visitor);
    assert.match(old.headers.get('location') ?? '', /\/sign-in\?/);

    const planted = await post('/sign-in', password, { cookie: 'relais=s%3Aplanted.by-somebody' });
    assert.doesNotMatch(sessionIn(planted), /planted/);
  });

  it('set a cookie that scripts and other sites cannot read', async () => {
    const cookies = (await post('/sign-in', password)).headers.getSetCookie();
    assert.equal(cookies.length, 2);
    for (const each of cookies) {
      assert.match(each, /HttpOnly/);
      assert.match(each, /SameSite=Lax/);
    }
    const cookie = cookies.find((each) => each.startsWith('relais=')) ?? '';
    const stored = await app.db.knex('sessions').pluck('id_hash');
    const sessionId = decodeURIComponent(cookie)
      .replace(/^relais=s:/, '')
      .replace(/\..*/, '');
    assert.ok(stored.length > 0 && !stored.includes(sessionId));
  });

  it('refuse requests from other sites', async () => {
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example' },
    ]) {
      assert.equal((await post('/sign-in', password, headers)).status, 403);
    }
    const visitor = await Visitor.signedIn(web, app, id);
    const forged = await visitor.post('/preferences/appearance', { theme: 'dark', csrfToken: 'x' });
    assert.equal(forged.status, 403);
    assert.equal((await app.db.knex('accounts').where({ id }).first()).theme, 'auto');
  });

  it('answer without the password, and report too many attempts', async () => {
    const page = await new Visitor(web).post('/sign-in', {
      login: 'dupont',
      password: 'wrong-one',
    });
    assert.equal(page.status, 422);
    assert.match(page.text, /value="dupont"/);
    assert.doesNotMatch(page.text, /wrong-one/);
    for (let attempt = 0; attempt < 9; attempt += 1) {
      await post('/sign-in', { login: 'dupont', password: 'wrong' });
    }
    const limited = await new Visitor(web).post('/sign-in', password);
    assert.equal(limited.status, 429);
    assert.match(limited.text, /15 minutes/);
    await app.db.knex('rate_limits').delete();
  });

  it('show a link to whoever opens it, but use it up only with the button', async () => {
    const token = await app.panel.signIn.createLink(id);
    const visitor = new Visitor(web);
    for (const headers of [
      {},
      { 'sec-purpose': 'prefetch' },
      { 'sec-fetch-site': 'none' },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      const shown = await visitor.get(`/sign-in/${token}`, headers);
      assert.equal(shown.status, 200);
      assert.match(shown.text, /<form method="post"/);
      assert.equal(shown.headers.get('set-cookie'), null);
    }
    const head = await fetch(`${web.url}/sign-in/${token}`, { method: 'HEAD' });
    assert.equal(head.status, 200);
    assert.equal(head.headers.get('set-cookie'), null);
    assert.equal((await visitor.get('/domains')).location?.split('&')[0], '/sign-in?to=%2Fdomains');

    assert.equal((await visitor.post(`/sign-in/${token}`)).location, '/');
    assert.equal((await visitor.get('/domains')).status, 200);
    assert.equal((await new Visitor(web).get(`/sign-in/${token}`)).status, 410);
  });

  it('redirect a signed-in viewer who opens a used link again', async () => {
    const token = await app.panel.signIn.createLink(id);
    const visitor = new Visitor(web);
    assert.equal((await visitor.post(`/sign-in/${token}`)).location, '/');
    await visitor.get('/preferences');
    assert.equal((await visitor.get(`/sign-in/${token}`)).location, '/');
    assert.equal((await visitor.post(`/sign-in/${token}`)).location, '/');
    const stranger = await new Visitor(web).get(`/sign-in/${token}`);
    assert.equal(stranger.status, 410);
    assert.match(stranger.text, /Ask whoever gave it to you/);
  });

  it('end the session on sign-out', async () => {
    const visitor = await Visitor.signedIn(web, app, id);
    await visitor.post('/sign-out');
    assert.equal((await visitor.get('/domains')).location?.split('&')[0], '/sign-in?to=%2Fdomains');
  });
});

function sessionIn(response: Response): string {
  const cookies = response.headers.getSetCookie();
  return cookies.find((cookie) => cookie.startsWith('relais='))?.split(';')[0] ?? '';
}
