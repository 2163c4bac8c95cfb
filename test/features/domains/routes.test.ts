import assert from 'node:assert/strict';
import { addAccount, addDomain, addPlan } from '../../support/fixtures.js';
import { Visitor } from '../../support/visitor.js';
import { useServedAppEach } from '../../support/served-app.js';

describe('the pages of domains', () => {
  const { app, web } = useServedAppEach();
  let administrator: Visitor;
  let reseller: Visitor;
  let customer: Visitor;

  beforeEach(async () => {
    const planId = await addPlan(app);
    const northId = await addAccount(app, 'north', { role: 'reseller', name: 'North Hosting' });
    const dupontId = await addAccount(app, 'dupont', { parentId: northId, planId, name: 'Dupönt' });
    await addAccount(app, 'other');
    await addDomain(app, 'north.example', 'north');
    await addDomain(app, 'bücher.example', 'dupont');
    await addDomain(app, 'other.example', 'other');
    const rootId = await addAccount(app, 'root', { role: 'administrator' });
    administrator = await Visitor.signedIn(web, app, rootId);
    reseller = await Visitor.signedIn(web, app, northId);
    customer = await Visitor.signedIn(web, app, dupontId);
  });

  it('list the domains within the viewer’s scope', async () => {
    const cases: [visitor: Visitor, names: string[]][] = [
      [administrator, ['bücher.example', 'north.example', 'other.example']],
      [reseller, ['bücher.example', 'north.example']],
      [customer, ['bücher.example']],
    ];
    for (const [visitor, names] of cases) {
      assert.deepEqual(namesIn((await visitor.get('/domains')).text), names);
    }
  });

  it('find domains by either form of the name and by owner, within the scope', async () => {
    const cases: [visitor: Visitor, query: string, names: string[]][] = [
      [administrator, 'bucher', ['bücher.example']],
      [administrator, 'XN--BCHER', ['bücher.example']],
      [administrator, 'dupont', ['bücher.example']],
      [administrator, 'north hosting', ['north.example']],
      [administrator, 'le other', ['other.example']],
      [customer, 'other', []],
    ];
    for (const [visitor, query, names] of cases) {
      const { text } = await visitor.get(`/domains?q=${encodeURIComponent(query)}`);
      assert.deepEqual(namesIn(text), names, query);
    }
  });

  it('offer to add a domain to those who may, above the list and in an empty one', async () => {
    const newcomer = await addAccount(app, 'newcomer', { role: 'reseller' });
    const empty = await (await Visitor.signedIn(web, app, newcomer)).get('/domains');
    assert.equal(empty.text.match(/href="\/domains\/new"/g)?.length, 1);
    assert.match(empty.text, /empty-state[^]*href="\/accounts\/new"/);
    await addAccount(app, 'first-customer', { parentId: newcomer });
    const next = await (await Visitor.signedIn(web, app, newcomer)).get('/domains');
    assert.equal(next.text.match(/href="\/domains\/new"/g)?.length, 2);
    assert.match((await administrator.get('/domains')).text, /href="\/domains\/new"/);
    assert.doesNotMatch((await customer.get('/domains')).text, /href="\/domains\/new"/);
    assert.equal((await customer.get('/domains/new')).status, 404);
    assert.equal((await customer.post('/domains/new', { name: 'x.example' })).status, 403);
  });

  it('add a domain and redirect to its mail settings', async () => {
    const fields = { name: 'Café.Example', owner: 'DUPONT', locale: 'fr' };
    const page = await reseller.post('/domains/new', fields);
    assert.equal(page.location, '/domains/xn--caf-dma.example/mail-settings');
    const shown = await customer.get('/domains/xn--caf-dma.example/mail-settings');
    assert.equal(shown.status, 200);
    assert.match(shown.text, /Cette adresse n’existe pas chez café\.example/);
  });

  it('fill in a reseller as the owner, but not an administrator', async () => {
    assert.match((await reseller.get('/domains/new')).text, /name="owner"[^>]*value="north"/);
    assert.match((await administrator.get('/domains/new')).text, /name="owner"[^>]*value=""/);
  });

  it('answer with the input and a reason at the field', async () => {
    const cases: [fields: Record<string, string>, field: string][] = [
      [{ name: '', owner: 'north' }, 'name'],
      [{ name: '127.0.0.1', owner: 'north' }, 'name'],
      [{ name: 'BÜCHER.example', owner: 'north' }, 'name'],
      [{ name: 'new.example', owner: 'other' }, 'owner'],
      [{ name: 'new.example', owner: 'north', locale: 'de' }, 'locale'],
    ];
    for (const [fields, field] of cases) {
      const page = await reseller.post('/domains/new', fields);
      assert.equal(page.status, 422, JSON.stringify(fields));
      assert.match(page.text, new RegExp(`id="${field}-error"`), JSON.stringify(fields));
      assert.ok(page.text.includes(`value="${fields['name']}"`), JSON.stringify(fields));
    }
    assert.equal((await app.db.knex('domains').select('id')).length, 3);
  });

  it('list what is lost before a domain is removed, and require its name', async () => {
    const url = '/domains/xn--bcher-kva.example/removal';
    assert.match((await reseller.get(url)).text, /Remove bücher\.example/);
    const into = { unknown_policy: 'forward', forward_to: 'a@xn--bcher-kva.example' };
    await app.db.knex('domains').where({ name: 'north.example' }).update(into);
    const { text } = await reseller.get(url);
    assert.match(text, /1 domain forwards mail for unknown recipients to it: north\.example/);
    assert.match(text, /the servers that the MX records of bücher\.example name/);
    const refused = await reseller.post(url, { confirmation: 'north.example' });
    assert.equal(refused.status, 422);
    assert.match(refused.text, /id="confirmation-error"/);
    const removed = await reseller.post(url, { confirmation: ' Bücher.example ' });
    assert.equal(removed.location, '/domains');
    assert.equal((await customer.get('/domains/xn--bcher-kva.example/mail-settings')).status, 404);
    assert.match((await reseller.get('/domains')).text, /bücher\.example has been removed/);
  });

  it('escape the input', async () => {
    const name = '<script>alert(1)</script>.example';
    const page = await administrator.post('/domains/new', { name, owner: 'north' });
    assert.equal(page.status, 422);
    assert.doesNotMatch(page.text, /<script>alert/);
  });
});

function namesIn(page: string): (string | undefined)[] {
  return [
    ...page.matchAll(/href="\/domains\/[^"/]+\/mail-settings(?:\?[^"]*)?"[^>]*>([^<]+)</g),
  ].map(([, name]) => name);
}
