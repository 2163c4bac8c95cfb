import assert from 'node:assert/strict';
import { startTestWeb } from '../../support/app.js';
import { relais } from '../../support/cli.js';
import { addAccount, addDomain, addPlan } from '../../support/fixtures.js';
import { useTestApp } from '../../support/opened.js';
import { Visitor } from '../../support/visitor.js';

describe('the page of an act that can be undone', () => {
  const app = useTestApp();

  it('leads to the preview of its undoing, which leads back', async () => {
    const web = await startTestWeb(app);
    const planId = await addPlan(app);
    const marie = await addAccount(app, 'marie', { planId });
    await addDomain(app, 'marie.example', 'marie');
    const visitor = await Visitor.signedIn(web, app, marie);
    await app.features.domainMail.change(app.operator, 'marie.example', {
      settings: { enabled: false },
    });
    const act = await app.db
      .knex('audit_acts')
      .where({ owner_id: marie })
      .orderBy('id', 'desc')
      .first();
    const page = await visitor.get(`/audit/${act.id}`);
    assert.match(page.text, /action="[^"]*\/audit\/\d+\/undo"/);
    const asked = await visitor.post(`/audit/${act.id}/undo`, {});
    assert.equal(asked.status, 303);
    const shown = await visitor.get(asked.location ?? '');
    assert.match(shown.text, /Undo one change\?/);
    assert.match(shown.text, /Mail service: no → yes/);
    const applied = await visitor.post(`${asked.location}/application`, {});
    assert.match(applied.location ?? '', new RegExp(`/audit/${act.id}$`));
    const [domain] = await app.db.knex('domains');
    assert.equal(domain.mail_enabled, 1);
    const created = await app.db.knex('audit_acts').where({ action: 'domain.created' }).first();
    assert.doesNotMatch((await visitor.get(`/audit/${created.id}`)).text, /audit\/\d+\/undo"/);
    await web.stop();
  });
});

describe('relais audit undo', () => {
  const app = useTestApp();

  it('says what it would undo, and undoes it', async () => {
    await addAccount(app, 'marie');
    await addDomain(app, 'marie.example', 'marie');
    await app.features.domainMail.change(app.operator, 'marie.example', {
      settings: { enabled: false },
    });
    const act = await app.db.knex('audit_acts').where({ thing: 'domain-mail' }).first();
    const { dataFolder } = app.config;
    const run = (...args: readonly string[]) =>
      relais(dataFolder, 'audit', 'undo', String(act.id), ...args);
    assert.match((await run('--dry-run')).out, /^1 row will change\n/);
    assert.match((await run()).out, /^Changes undone: 1\.\n$/);
    assert.equal((await app.db.knex('domains').first()).mail_enabled, 1);
    assert.match((await run('--dry-run')).out, /\n1 row needs no change/);
    const { code } = await relais(dataFolder, 'audit', 'undo', '999999');
    assert.equal(code, 1);
  });
});
