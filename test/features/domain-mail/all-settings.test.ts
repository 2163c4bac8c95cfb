import assert from 'node:assert/strict';
import { addAccount, addDomain, addPlan } from '../../support/fixtures.js';
import { useServedApp } from '../../support/served-app.js';
import { Visitor } from '../../support/visitor.js';
import { askFor } from '../../previews/pressing.js';

describe('the form of all mail settings of selected domains', () => {
  const { app, web } = useServedApp();
  let visitor: Visitor;

  before(async () => {
    const planId = await addPlan(app);
    const id = await addAccount(app, 'marie', { planId, locale: 'en' });
    await addDomain(app, 'marie.example', 'marie');
    await addDomain(app, 'other.example', 'marie');
    visitor = await Visitor.signedIn(web, app, id);
    await visitor.get('/domains');
  });

  const path = '/domains/selected/settings';

  it('says how many rows are selected', async () => {
    assert.match((await visitor.post(path, { ids: '1-2' })).text, /2 rows are selected/);
    const all = { matching: '1', query: '' };
    assert.match((await visitor.post(path, all)).text, /All rows that match/);
  });

  it('takes no empty title of an SMTP server for direct sending, which is another choice', async () => {
    const typed = { ids: '1-2', typed: '1', policy: '-', limit: '-', webmail: '-' };
    const { status, text } = await visitor.post(path, { ...typed, outgoing: 'server', relay: ' ' });
    assert.equal(status, 422);
    assert.match(text, /id="relay-error"[^]*This field is required/);
    const direct = await askFor(visitor, path, { ...typed, outgoing: 'direct', relay: '' });
    assert.match(direct.text, /2 rows need no change/);
  });
});
