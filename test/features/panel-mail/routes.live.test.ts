import assert from 'node:assert/strict';
import { engines } from '../../support/app.js';
import { addAccount } from '../../support/fixtures.js';
import { useServedScene } from '../../support/served-app.js';
import { Visitor } from '../../support/visitor.js';
import { MailScene } from '../../panel-mail/scene.js';

const page = '/settings/panel-mail';

for (const engine of engines) {
  describe(`the settings of the panel’s mails on ${engine}`, () => {
    const { scene, web } = useServedScene(() => MailScene.open(engine));
    let anna: Visitor;

    before(async () => {
      anna = await Visitor.signedIn(web, scene.app, scene.anna.accountId);
    });
    beforeEach(() => scene.begin());

    const choice = () => scene.app.features.panelMailSettings.read();

    it('offer confirmed servers of administrators alone', async () => {
      const marys = await scene.addServer({ title: 'Marie’s own' }, scene.marie);
      const unconfirmed = await scene.addServer({ title: 'Unconfirmed' });
      const { knex } = scene.app.db;
      await knex('smtp_servers').where({ id: unconfirmed }).update({ confirmation: 'sent' });
      const { text } = await anna.get(page);
      assert.match(text, /Office \(127\.0\.0\.1:\d+\)/);
      assert.doesNotMatch(text, /Marie’s own|Unconfirmed/);
      for (const id of [marys, unconfirmed, 999_999]) {
        const refused = await anna.fill(page, { way: String(id) });
        assert.equal(refused.status, 422, String(id));
        assert.match(refused.text, /Choose a confirmed SMTP server of an administrator\./);
      }
      assert.equal((await choice()).serverId, scene.serverId);
    });

    it('are saved, recorded in words, and refused when somebody else was faster', async () => {
      const saved = await anna.fill(page, {
        way: 'mail-host',
        address: 'hello@provider.example',
        name: 'Example Hosting',
      });
      assert.equal(saved.location, page);
      assert.deepEqual(await choice(), {
        way: 'mail-host',
        serverId: undefined,
        address: 'hello@provider.example',
        name: 'Example Hosting',
      });
      const log = (await anna.get('/audit')).text;
      assert.match(log, /Mails of the panel changed/);
      assert.match(log, /Sent through: An SMTP server → This machine’s mail host/);
      assert.match(log, /SMTP server: Office/);
      assert.equal((await anna.post(page, { way: 'none', version: 'old' })).status, 409);
    });

    it('report each invalid field', async () => {
      const { status, text } = await anna.fill(page, {
        way: 'elsewhere',
        address: 'not an address',
        name: 'two\nlines',
      });
      assert.equal(status, 422);
      for (const name of ['way', 'address', 'name']) {
        assert.match(text, new RegExp(`id="${name}-error"`), name);
      }
    });

    it('send a test mail to the administrator’s own address, and show the answer', async () => {
      const trial = await anna.get(`${page}/trial`);
      const { email } = await scene.app.db
        .knex('accounts')
        .where({ id: scene.anna.accountId })
        .first('email');
      assert.ok(trial.text.includes(`value="${email}"`));
      const sent = await anna.fill(`${page}/trial`, {});
      assert.match(sent.text, new RegExp(`The server has accepted the mail to ${email}`));
      assert.match(sent.text, /The server’s reply: <code>250 /);
      const [mail] = await scene.arrived();
      assert.equal(mail?.to?.[0]?.address, email);
      assert.match(
        mail?.html ?? '',
        /https:\/\/panel\.provider\.example\/mail\/settings\/panel-mail"/,
      );
      assert.equal(await scene.app.db.knex('messages').first('id'), undefined);
    });

    it('show why a test mail was refused', async () => {
      const to = await anna.fill(`${page}/trial`, { to: 'nobody@elsewhere.test' });
      assert.match(to.text, /550 5\.1\.1 User unknown/);
      await scene.choose({
        way: 'server',
        serverId: scene.serverId,
        address: 'nobody@provider.example',
      });
      const from = await anna.fill(`${page}/trial`, { to: 'guest@elsewhere.test' });
      assert.match(from.text, /550 5\.7\.1 Sender not owned by user/);
      await scene.server.stop();
      const down = await anna.fill(`${page}/trial`, { to: 'guest@elsewhere.test' });
      assert.match(down.text, /role="alert"/);
      const invalid = await anna.fill(`${page}/trial`, { to: 'not an address' });
      assert.equal(invalid.status, 422);
      await scene.choose({ way: 'none' });
      const none = await anna.post(`${page}/trial`, { to: 'guest@elsewhere.test' });
      assert.equal(none.status, 409);
      assert.match(none.text, /Choose first how mails of the panel are sent/);
    });

    it('keep the chosen server from removal, and from a change that unconfirms it unawares', async () => {
      const own = `/smtp-servers/${scene.serverId}`;
      const removal = await anna.get(`${own}/removal`);
      assert.match(removal.text, /Office cannot be removed: mails of the panel/);
      assert.equal((await anna.post(`${own}/removal`, {})).status, 409);
      const changed = await anna.fill(own, {
        address: 'other@provider.example',
        password: 'secret',
      });
      assert.equal(changed.status, 422);
      assert.match(changed.text, /Mails of the panel are sent through this server/);
      assert.equal(await scene.app.panelMail.canSend(), true);
      await scene.choose({ way: 'none' });
      assert.equal((await anna.post(`${own}/removal`, {})).status, 303);
    });

    it('let the outbox list mails of the panel, without what they say', async () => {
      const path = '/sign-in/a-token-that-nobody-may-read';
      await scene.queue({ accountId: scene.marie.accountId }, { path });
      await scene.drain();
      assert.match((await scene.arrived())[0]?.text ?? '', /a-token-that-nobody-may-read/);
      const { id } = await scene.app.db.knex('messages').first('id');
      for (const shown of ['/messages', `/messages/${id}`, '/messages/export?format=csv']) {
        const { status, text } = await anna.get(shown);
        assert.equal(status, 200, shown);
        assert.match(text, /Test mail of Provider/, shown);
        assert.match(text, /Mails of the panel/, shown);
        assert.doesNotMatch(text, /a-token/, shown);
      }
      const shown = await anna.get(`/messages/${id}`);
      assert.match(shown.text, /what they say is not shown/);
      const marie = await Visitor.signedIn(web, scene.app, scene.marie.accountId);
      assert.equal((await marie.get(`/messages/${id}`)).status, 404);
      assert.doesNotMatch((await anna.get('/audit')).text, /a-token/);
    });

    it('are no customer’s business', async () => {
      const marie = await Visitor.signedIn(web, scene.app, scene.marie.accountId);
      assert.equal((await marie.get(page)).status, 404);
      const other = await addAccount(scene.app, `other-${Date.now()}`, { role: 'administrator' });
      const second = await Visitor.signedIn(web, scene.app, other);
      assert.match((await second.get(page)).text, /Office \(127\.0\.0\.1/);
    });
  });
}
