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

  it('says outgoing limits, which are not used up', async () => {
    const planId = await addPlan(app);
    await app.db.knex('plans').where({ id: planId }).update({
      max_domain_per_hour: 70,
      mailbox_per_hour: 5,
    });
    const id = await addAccount(app, 'limited', { role: 'reseller', planId, locale: 'en' });
    const { text } = await (await Visitor.signedIn(web, app, id)).get('/plan');
    const shown = Object.fromEntries(
      [...text.matchAll(/<dt>([^<]*)<\/dt>\s*<dd>([^<]*)<\/dd>/g)].map(([, name, value]) => [
        name,
        value,
      ]),
    );
    assert.equal(shown['Messages per hour and mailbox'], '5 messages per hour');
    assert.equal(shown['Messages per hour and domain'], '70 messages per hour', 'the highest');
    assert.equal(shown['Highest limit of an account'], 'No limit');
  });
});
