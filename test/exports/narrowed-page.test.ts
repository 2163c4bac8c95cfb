import assert from 'node:assert/strict';
import { engines } from '../support/app.js';
import { addAccount, addDomain } from '../support/fixtures.js';
import { useServedApp } from '../support/served-app.js';
import { Visitor } from '../support/visitor.js';

for (const engine of engines) {
  describe(`the page of an export on ${engine}`, () => {
    const { app, web } = useServedApp(engine);
    let marie: Visitor;
    before(async () => {
      marie = await Visitor.signedIn(web, app, await addAccount(app, 'marie'));
      await addDomain(app, 'marie.example', 'marie');
    });

    it('names the search and the filters, while it runs and afterwards', async () => {
      const id = 'narrowed-by-words-and-a-filter';
      await marie.get(`/domains/export?format=csv&q=%3Cb%3E+example&mail=on&export=${id}`);
      for (const state of ['running', 'done']) {
        await app.db.knex('exports').where({ id }).update({ state, updated_at: Date.now() });
        const { text } = await marie.get(`/exports/${id}`);
        assert.match(text, /<li>Search: &lt;b&gt; example<\/li><li>Mail service: On<\/li>/, state);
      }
    });

    it('names none for the whole list', async () => {
      await marie.get('/domains/export?format=csv&export=an-export-of-the-whole-list');
      const { status, text } = await marie.get('/exports/an-export-of-the-whole-list');
      assert.equal(status, 200);
      assert.doesNotMatch(text, /Search:|Mail service:/);
    });

    it('names none for an export of an earlier version', async () => {
      const id = 'an-export-of-the-whole-list';
      await app.db.knex('exports').where({ id }).update({ narrowed_by: null });
      assert.equal((await marie.get(`/exports/${id}`)).status, 200);
    });
  });
}
