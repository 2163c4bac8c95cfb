import assert from 'node:assert/strict';
import { addAccount, addPlan } from '../../support/fixtures.js';
import { useServedApp } from '../../support/served-app.js';
import { Visitor } from '../../support/visitor.js';

describe('the page of the own plan', () => {
  const { app, web } = useServedApp();

  it('says what is used, of the limits that there are', async () => {
    const planId = await addPlan(app);
    const id = await addAccount(app, 'reseller', { role: 'reseller', planId });
    const reseller = await Visitor.signedIn(web, app, id);
    const { text } = await reseller.get('/plan');
    const shown = [...text.matchAll(/<dd>([^<]*)<\/dd>/g)].map(([, each]) => each);
    assert.ok(shown.includes('0, no limit'), shown.join(' | '));
    assert.ok(shown.includes('0 of 50'), shown.join(' | '));
  });
});
