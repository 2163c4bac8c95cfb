import assert from 'node:assert/strict';
import type { Viewer } from '../../../plugin/viewing/viewer.js';
import { TableQuery } from '../../../plugin/tables/table-query.js';
import { parseTableState } from '../../../plugin/tables/table-state.js';
import { engines, openTestApp, startTestWeb } from '../../support/app.js';
import { languageFor } from '../../../plugin/web/locale.js';
import { addAccount, addDomain, addPlan, viewerOf } from '../../support/fixtures.js';
import { Visitor } from '../../support/visitor.js';
import { useTestApp } from '../../support/opened.js';

for (const engine of engines) {
  describe(`the audit log on ${engine}`, () => {
    const app = useTestApp(engine);
    let north: Viewer;
    let dupont: Viewer;

    before(async () => {
      const northId = await addAccount(app, 'north', { role: 'reseller' });
      north = await viewerOf(app, northId);
      dupont = await viewerOf(app, await addAccount(app, 'dupont', { parentId: northId }));
      await addAccount(app, 'stranger');
      await addDomain(app, 'north.example', 'north');
      await addDomain(app, 'société.example', 'dupont');
      await addDomain(app, 'stranger.example', 'stranger');
      await app.panel.accounts.setSuspended(north, dupont.accountId, true);
    });

    const shown = async (viewer: Viewer, query: Readonly<Record<string, string>> = {}) => {
      const { auditTable } = app.features;
      const table = new TableQuery(app.db, auditTable);
      const { rows } = await table.page({
        scope: viewer.scope,
        state: parseTableState(auditTable, query),
      });
      return rows.map(({ action, subject }) => `${action} ${subject}`);
    };

    it('lists the newest entry first', async () => {
      assert.deepEqual(await shown(app.operator), [
        'account.suspended dupont',
        'domain.created stranger.example',
        'domain.created xn--socit-esab.example',
        'domain.created north.example',
      ]);
    });

    it('shows resellers their own and their customers’ entries, and customers their own', async () => {
      assert.deepEqual(await shown(north), [
        'account.suspended dupont',
        'domain.created xn--socit-esab.example',
        'domain.created north.example',
      ]);
      assert.deepEqual(await shown(dupont), [
        'account.suspended dupont',
        'domain.created xn--socit-esab.example',
      ]);
    });

    it('names webmail applications by their keys in the entries of domains and plans', async () => {
      const { operator, features, panel } = app;
      await app.db.knex('webmails').where({ key: 'sogo' }).update({ name: 'Our mail' });
      const planId = await addPlan(app, ['sogo', 'roundcube']);
      const plan = await panel.plans.find(operator, planId);
      const fewer = { ...plan, webmails: ['sogo'] };
      await panel.plans.change(operator, planId, { plan: fewer, version: 1 });
      const own = await addAccount(app, 'own', { planId });
      await addDomain(app, 'own.example', 'own');
      const settings = { webmail: 'sogo' };
      await features.domainMail.change(await viewerOf(app, own), 'own.example', { settings });
      const table = new TableQuery(app.db, features.auditTable);
      const column = features.auditTable.columns.find(({ key }) => key === 'change');
      const { rows } = await table.page({
        scope: operator.scope,
        state: parseTableState(features.auditTable, {}),
      });
      assert.deepEqual(
        rows
          .filter(({ action }) => /^(domain-mail|plan)/.test(action))
          .map((row) => column?.cell(row, languageFor('en')).text),
        ['Webmail: none → Our mail', 'Webmails: Our mail, Roundcube → Our mail'],
      );
    });

    it('is searched by actor and subject', async () => {
      assert.deepEqual(await shown(app.operator, { q: 'CLI stranger' }), [
        'domain.created stranger.example',
      ]);
      for (const q of ['societe', 'société.example', 'xn--socit-esab']) {
        assert.deepEqual(await shown(app.operator, { q }), [
          'domain.created xn--socit-esab.example',
        ]);
      }
      assert.deepEqual(await shown(app.operator, { q: 'north' }), [
        'account.suspended dupont',
        'domain.created north.example',
      ]);
    });
  });
}

describe('the page of the audit log', () => {
  it('hides the addresses of administrators', async () => {
    const app = await openTestApp('sqlite');
    const web = await startTestWeb(app);
    const id = await addAccount(app, 'dupont');
    const root = { ...app.operator, actor: 'root', origin: '203.0.113.77' };
    await app.panel.accounts.setSuspended(root, id, true);
    await app.panel.accounts.setSuspended(root, id, false);
    const visitor = await Visitor.signedIn(web, app, id);
    const { status, text } = await visitor.get('/audit');
    assert.equal(status, 200);
    assert.match(text, />root<[\s\S]*Account reactivated/);
    assert.match(text, />dupont<[\s\S]*Signed in/);
    assert.doesNotMatch(text, /203\.0\.113\.77/);
    await web.stop();
    await app.remove();
  });
});
