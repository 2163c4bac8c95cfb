import assert from 'node:assert/strict';
import { DomainName } from '../../../plugin/addresses/index.js';
import { newMailboxForm } from '../../../plugin/features/mailboxes/forms.js';
import { parseForm } from '../../../plugin/web/forms.js';
import { engines } from '../../support/app.js';
import { addAccount, addDomain } from '../../support/fixtures.js';
import { useServedApp } from '../../support/served-app.js';
import { Visitor } from '../../support/visitor.js';

for (const engine of engines) {
  describe(`a test message to a mailbox on ${engine}`, () => {
    const { app, web } = useServedApp(engine);
    let root: Visitor;

    before(async () => {
      const id = await addAccount(app, 'root', { role: 'administrator' });
      root = await Visitor.signedIn(web, app, id);
      await addAccount(app, 'marie');
      await addDomain(app, 'marie.example', 'marie');
      const typed = { address: 'anna', password: 'seven tall herons wading' };
      const form = parseForm(newMailboxForm(DomainName.parse('marie.example')), typed);
      await app.features.mailboxes.create(app.operator, 'marie.example', form);
    });

    const isDone = async () =>
      /class="step step-done" id="step-test-message"/.test((await root.get('/')).text);
    const linkSent = async (): Promise<string> => {
      const rows = await app.db.knex('panel_mails').orderBy('id', 'desc').limit(1);
      const mail = await app.db.transaction((tx) => app.panelMail.store.held(tx, rows[0].id));
      assert.equal(mail?.kind, 'test-message');
      assert.equal(mail?.address, 'anna@marie.example');
      return mail?.path ?? '';
    };

    it('needs a server for the panel’s own mails, and leads to its page', async () => {
      const page = await root.get('/test-message');
      assert.match(page.text, /href="\/settings\/panel-mail"/);
      const refused = await root.post('/test-message', { address: 'anna@marie.example' });
      assert.equal(refused.status, 409);
      assert.equal((await app.db.knex('test_messages')).length, 0);
    });

    it('is done once its reader followed the link, which only the button uses up', async () => {
      await app.db.knex('panel_mail_settings').insert({ id: 1, way: 'mail-host' });
      const page = await root.get('/test-message');
      assert.match(page.text, /name="address"[^>]* value="anna@marie\.example"/);
      const sent = await root.post('/test-message', { address: 'Anna@Marie.example' });
      assert.equal(sent.location, '/');
      assert.equal(await isDone(), false);
      const reader = new Visitor(web);
      const link = await linkSent();
      assert.equal((await reader.get(link)).status, 200);
      assert.equal(await isDone(), false);
      assert.match((await reader.post(link)).text, /Mail to anna@marie\.example arrives/);
      assert.equal(await isDone(), true);
      assert.equal((await reader.get(link)).status, 410);
      assert.equal((await reader.post(link)).status, 410);
      const log = (await root.get('/audit')).text;
      assert.match(log, /Test message sent/);
      assert.match(log, /Test message arrived/);
    });

    it('goes to mailboxes of this installation alone, and only while its link is valid', async () => {
      for (const address of ['anna@elsewhere.example', 'nobody@marie.example', '']) {
        assert.equal((await root.post('/test-message', { address })).status, 422, address);
      }
      await root.post('/test-message', { address: 'anna@marie.example' });
      const link = await linkSent();
      await app.db.knex('test_messages').update({ expires_at: Date.now() - 1 });
      assert.equal((await new Visitor(web).get(link)).status, 410);
    });
  });
}
