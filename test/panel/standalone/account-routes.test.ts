import assert from 'node:assert/strict';
import { addAccount, addDomain, addPlan } from '../../support/fixtures.js';
import { Visitor } from '../../support/visitor.js';
import { useServedApp } from '../../support/served-app.js';

describe('the pages of accounts', () => {
  const { app, web } = useServedApp();
  let administrator: Visitor;
  let reseller: Visitor;
  let customer: Visitor;
  let resellerId: number;
  let customerId: number;
  let foreignId: number;

  before(async () => {
    const planId = await addPlan(app);
    const rootId = await addAccount(app, 'root', { role: 'administrator' });
    resellerId = await addAccount(app, 'north', { role: 'reseller', planId });
    customerId = await addAccount(app, 'dupont', { parentId: resellerId, planId, name: 'Dupont' });
    foreignId = await addAccount(app, 'foreign');
    await addDomain(app, 'foreign.example', 'foreign');
    administrator = await Visitor.signedIn(web, app, rootId);
    reseller = await Visitor.signedIn(web, app, resellerId);
    customer = await Visitor.signedIn(web, app, customerId);
  });

  const stored = async (login: string) => app.db.knex('accounts').where({ login }).first();

  it('list the accounts within the viewer’s scope', async () => {
    const all = (await administrator.get('/accounts')).text;
    const own = (await reseller.get('/accounts')).text;
    for (const login of ['root', 'north', 'dupont', 'foreign']) {
      assert.ok(all.includes(`>${login}<`), login);
      assert.equal(own.includes(`>${login}<`), login === 'north' || login === 'dupont', login);
    }
    const found = (await administrator.get('/accounts?q=DUP')).text;
    assert.ok(found.includes('>dupont<') && !found.includes('>foreign<'));
  });

  it('answer 404 outside of the viewer’s scope', async () => {
    const values = { ...newAccount('x'), version: '1' };
    for (const id of [String(foreignId), '999', 'x', '1e400']) {
      for (const path of ['', '/removal']) {
        assert.equal((await reseller.get(`/accounts/${id}${path}`)).status, 404, id + path);
      }
      for (const path of ['', '/removal', '/suspension', '/suspension/end', '/sign-in-link']) {
        const page = await reseller.post(`/accounts/${id}${path}`, values);
        assert.equal(page.status, 404, id + path);
      }
      assert.equal((await reseller.post('/acting', { account: id })).status, 404, id);
    }
    assert.equal((await stored('foreign')).name, 'foreign');
  });

  it('answer 404 to customers', async () => {
    for (const path of ['/accounts', '/accounts/new', `/accounts/${customerId}`, '/plans']) {
      assert.equal((await customer.get(path)).status, 404, path);
    }
    assert.equal((await customer.post('/accounts/new', newAccount('x'))).status, 403);
    assert.equal((await customer.post('/acting', { account: String(foreignId) })).status, 403);
    assert.equal(await stored('x'), undefined);
  });

  it('add an account, and show the link of its invitation once without a mail server', async () => {
    const page = await administrator.post('/accounts/new', newAccount('linked'));
    assert.equal(page.status, 200);
    const link = /value="(http[^"]+\/new-password\/[^"]+)"/.exec(page.text)?.[1] ?? '';
    const guest = new Visitor(web);
    const chosen = await guest.fill(new URL(link).pathname, { password: 'nine small lamps' });
    assert.equal(chosen.location, '/');
    assert.equal((await guest.get('/domains')).status, 200);
    assert.match(page.text, /href="\/domains\/new\?owner=linked"/);
  });

  it('add an account with a password, and never show it', async () => {
    const fields = { ...newAccount('typed'), access: 'password', password: 'short' };
    const refused = await administrator.post('/accounts/new', fields);
    assert.equal(refused.status, 422);
    assert.match(refused.text, /id="password-error"/);
    assert.match(refused.text, /value="typed@owners\.example"/);
    assert.doesNotMatch(refused.text, /value="short"/);

    const saved = await administrator.post('/accounts/new', { ...fields, password: 'long enough' });
    assert.equal(saved.location, '/accounts');
    assert.match((await administrator.get('/accounts')).text, /typed has been added/);
  });

  it('name each invalid field, in the order of the page', async () => {
    const page = await administrator.post('/accounts/new', { plan: 'x', access: 'password' });
    const named = [...page.text.matchAll(/<a href="#(\w+)">([^<]*)<\/a>/g)];
    assert.deepEqual(
      named.map(([, name, text]) => [name, text]),
      [
        ['plan', 'Plan: Enter a number.'],
        ['name', 'Name: This field is required.'],
        ['email', 'E-mail address: This field is required.'],
        ['login', 'Login: This field is required.'],
        ['password', 'Password: This field is required.'],
      ],
    );
    const ids = [...page.text.matchAll(/<(?:input|select)[^>]* id="(\w+)"/g)].map(([, id]) => id);
    const inPage = ids.filter((id) => named.some(([, name]) => name === id));
    assert.deepEqual(inPage, ['plan', 'name', 'email', 'login', 'password']);
  });

  it('have one URL each', async () => {
    assert.equal((await administrator.get(`/accounts/${customerId}`)).status, 200);
    for (const id of [`${customerId}e0`, `0x${customerId}`, `+${customerId}`, `${customerId}.0`]) {
      assert.equal((await administrator.get(`/accounts/${id}`)).status, 404, id);
      assert.equal((await administrator.get(`/plans/${id}`)).status, 404, id);
      assert.equal((await administrator.post('/acting', { account: id })).status, 404, id);
    }
  });

  it('answer 409 when somebody else was faster, and keep the input', async () => {
    const values = { ...newAccount('dupont'), reseller: 'north', version: '1' };
    const url = `/accounts/${customerId}`;
    assert.equal((await administrator.post(url, { ...values, name: 'First' })).status, 303);
    const late = await administrator.post(url, { ...values, name: 'Second' });
    assert.equal(late.status, 409);
    assert.match(late.text, /value="Second"/);
    assert.match(late.text, /Somebody else has changed dupont/);
    const version = /name="version" value="(\d+)"/.exec(late.text)?.[1] ?? '';
    assert.equal(
      (await administrator.post(url, { ...values, name: 'Second', version })).status,
      303,
    );
    assert.equal((await stored('dupont')).name, 'Second');
  });

  it('redirect from the viewer’s own account to the preferences', async () => {
    assert.equal((await reseller.get(`/accounts/${resellerId}`)).location, '/preferences');
    const page = await reseller.post(`/accounts/${resellerId}/suspension`);
    assert.equal(page.status, 403);
  });

  it('end every session of a suspended account and its customers', async () => {
    const id = await addAccount(app, 'south', { role: 'reseller' });
    const child = await addAccount(app, 'child', { parentId: id });
    const visitors = [
      await Visitor.signedIn(web, app, id),
      await Visitor.signedIn(web, app, child),
    ];
    assert.equal((await administrator.post(`/accounts/${id}/suspension`)).status, 303);
    await app.panel.accounts.setSuspended(app.operator, id, false);
    for (const visitor of visitors) {
      assert.equal(
        (await visitor.get('/domains')).location?.split('&')[0],
        '/sign-in?to=%2Fdomains',
      );
    }
  });

  it('list whom a suspension concerns before it starts', async () => {
    const id = await addAccount(app, 'west', { role: 'reseller', name: 'West Hosting' });
    await addAccount(app, 'western', { parentId: id });
    await addDomain(app, 'western.example', 'western');
    const { text } = await administrator.get(`/accounts/${id}/suspension`);
    assert.match(text, /<h1>Suspend West Hosting\?<\/h1>/);
    assert.match(text, /2 accounts, 1 domain, 0 mailboxes: nobody can sign in/);
    assert.equal((await stored('west')).suspended, 0);
    const domains = /href="(\/domains\?q=[^"]+)"/.exec(
      (await administrator.get(`/accounts/${id}`)).text,
    );
    assert.equal(domains?.[1], '/domains?q=West%20Hosting');
  });

  it('list what prevents the removal of an account', async () => {
    const url = `/accounts/${foreignId}/removal`;
    assert.match((await administrator.get(url)).text, /owns 1 domain: foreign\.example/);
    const refused = await administrator.post(url);
    assert.equal(refused.status, 409);
    assert.ok((await stored('foreign')) !== undefined);
  });

  it('suggest logins within the viewer’s scope', async () => {
    assert.deepEqual(await suggested(administrator, 'accounts?text=FOREI'), ['foreign']);
    assert.deepEqual(await suggested(reseller, 'accounts?text=forei'), []);
    assert.deepEqual(await suggested(reseller, 'accounts'), ['dupont', 'north']);
    assert.deepEqual(await suggested(administrator, 'resellers?text=dup'), []);
    assert.deepEqual(await suggested(administrator, 'resellers?text[]=x&text=no'), ['north']);
    assert.equal((await customer.get('/suggestions/accounts?text=du')).status, 404);
  });

  it('suggest logins for an incomplete one without JavaScript', async () => {
    const { status, text } = await administrator.post('/accounts/new', {
      ...newAccount('meant'),
      reseller: 'nor',
    });
    assert.equal(status, 422);
    assert.match(
      text,
      /id="reseller-error".*“nor” does not name exactly one. Did you mean north\?/s,
    );
    const none = await administrator.post('/accounts/new', {
      ...newAccount('x'),
      reseller: 'dupont',
    });
    assert.match(none.text, /No reseller has the login “dupont”\./);
  });

  it('include those of plans, which are added, changed and removed', async () => {
    const plan = { name: 'Tiny', 'permission.aliases.manage': '1', maxMailboxes: '3' };
    assert.equal((await administrator.post('/plans/new', plan)).location, '/plans');
    const { id } = await app.db.knex('plans').where({ name: 'Tiny' }).first();
    assert.doesNotMatch((await reseller.get('/plans')).text, /Tiny/);
    assert.equal((await reseller.get(`/plans/${id}`)).status, 404);
    const shown = (await administrator.get(`/plans/${id}`)).text;
    assert.match(shown, /name="permission\.aliases\.manage" value="1" checked/);
    assert.doesNotMatch(shown, /name="permission\.mailboxes\.manage" value="1" checked/);
    const wrong = await administrator.post(`/plans/${id}`, { ...plan, maxMailboxes: 'x' });
    assert.equal(wrong.status, 422);
    const stale = await administrator.post(`/plans/${id}`, { ...plan, version: '9' });
    assert.equal(stale.status, 409);
    assert.equal((await administrator.post(`/plans/${id}/removal`)).location, '/plans');
    assert.equal((await administrator.get(`/plans/${id}`)).status, 404);
  });
});

function newAccount(login: string): Record<'login' | 'name' | 'email', string> {
  return { login, name: login, email: `${login}@owners.example` };
}

async function suggested(visitor: Visitor, query: string): Promise<string[]> {
  const { text } = await visitor.get(`/suggestions/${query}`);
  const { found }: { found: { name: string }[] } = JSON.parse(text);
  return found.map(({ name }) => name);
}
