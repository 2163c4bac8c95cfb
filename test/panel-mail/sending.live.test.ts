import assert from 'node:assert/strict';
import { EmailAddress } from '../../plugin/addresses/index.js';
import { engines } from '../support/app.js';
import { publicUrl, useMailScene } from './scene.js';
import { withCharacters } from '../support/visitor.js';

const guest = { address: EmailAddress.parse('guest@elsewhere.test'), locale: 'fr' } as const;
const rollBack = () => Promise.reject(new Error('rolled back'));
const secret = '/sign-in/a-token-that-nobody-may-read';

for (const engine of engines) {
  describe(`mails of the panel on ${engine}`, () => {
    const scene = useMailScene(engine);

    it('arrive as plain text and HTML in the reader’s language, through the chosen server', async () => {
      assert.equal(await scene.queue(guest, { path: secret }), true);
      await scene.drain();
      const [mail] = await scene.arrived();
      assert.ok(mail);
      assert.deepEqual(mail.from, { name: 'Provider', address: 'panel@provider.example' });
      assert.deepEqual(
        mail.to?.map(({ address }) => address),
        ['guest@elsewhere.test'],
      );
      assert.equal(mail.subject, 'E-mail de test de Provider');
      const link = `${publicUrl}${secret.slice(1)}`;
      assert.match(mail.text ?? '', /^Bonjour,\s+Anna a envoyé ce message/);
      assert.ok(mail.text?.includes(link));
      assert.ok(mail.html?.includes(`<a href="${link}"`));
      assert.match(withCharacters(mail.html ?? ''), /<html lang="fr">[^]*Ouvrir les paramètres/);
      assert.doesNotMatch(mail.html ?? '', /<img|url\(|<script|<link/);
      assert.deepEqual(
        mail.headers.filter(({ key }) => key === 'auto-submitted').map(({ value }) => value),
        ['auto-generated'],
      );
      assert.deepEqual(scene.server.senders, ['panel@provider.example']);
    });

    it('go to an account’s own address, in its language', async () => {
      const { db } = scene.app;
      await db.knex('accounts').where({ id: scene.anna.accountId }).update({ locale: 'en' });
      await scene.queue({ accountId: scene.anna.accountId });
      await scene.drain();
      const [mail] = await scene.arrived();
      assert.equal(mail?.subject, 'Test mail of Provider');
      const account = await db.knex('accounts').where({ id: scene.anna.accountId }).first('email');
      assert.equal(mail?.to?.[0]?.address, account.email);
    });

    it('are not sent for what was rolled back', async () => {
      await assert.rejects(scene.queue(guest, { then: rollBack }), /rolled back/);
      await scene.drain();
      assert.deepEqual(await scene.arrived(), []);
    });

    it('are sent once by several processes', async () => {
      for (let count = 0; count < 5; count += 1) {
        await scene.queue(guest, { fields: { name: `Anna ${count}` } });
      }
      const processes = [1, 2, 3].map(() => scene.process());
      await Promise.all(processes.map((each) => scene.drain(each)));
      const texts = (await scene.arrived()).map(({ text }) => /Anna \d/.exec(text ?? '')?.[0]);
      assert.equal(texts.length, 5);
      assert.equal(new Set(texts).size, 5);
    });

    it('keep their links out of the database, its lists and the outbox’s pages', async () => {
      await scene.queue(guest, { path: secret });
      const { knex } = scene.app.db;
      const tables = ['panel_mails', 'messages', 'message_parts', 'message_recipients'];
      const stored = async () =>
        JSON.stringify(await Promise.all(tables.map((table) => knex(table).select('*'))));
      assert.doesNotMatch(await stored(), /a-token/);
      await scene.drain();
      assert.doesNotMatch(await stored(), /a-token/);
      const [message] = await knex('messages').select('id', 'state', 'owner_id');
      assert.deepEqual([message.state, message.owner_id], ['sent', scene.anna.accountId]);
      const { messages } = scene.app.features;
      assert.equal(await messages.text(scene.anna, message.id), undefined);
      const page = await messages.page(scene.anna, message.id);
      assert.equal(page.attempts[0]?.server, 'Office (127.0.0.1)');
      assert.doesNotMatch(JSON.stringify(page), /a-token/);
    });

    it('go on if one of them cannot be taken over, or has no address', async () => {
      const { db } = scene.app;
      await db.knex('accounts').where({ id: scene.marie.accountId }).update({ email: 'nowhere' });
      await scene.queue({ accountId: scene.marie.accountId });
      await scene.queue(guest, { fields: { panel: 'Damaged' } });
      const [damaged] = await db.knex('panel_mails').orderBy('id', 'desc').limit(1).pluck('id');
      await db.knex('panel_mails').where({ id: damaged }).update({ content: 'v1.none.none' });
      await scene.queue(guest, { fields: { panel: 'Whole' } });
      await scene.drain();
      assert.deepEqual(
        (await scene.arrived()).map(({ subject }) => subject),
        ['E-mail de test de Whole'],
      );
      assert.deepEqual(await db.knex('panel_mails').whereNull('message_id').pluck('id'), [damaged]);
    });

    it('are not queued without a server that can be used', async () => {
      const { panelMail, db } = scene.app;
      assert.equal(await panelMail.canSend(), true);
      await db.knex('smtp_servers').update({ confirmation: 'never' });
      assert.equal(await panelMail.canSend(), false);
      assert.equal(await scene.queue(guest), false);
      await db.knex('smtp_servers').update({ confirmation: 'confirmed' });
      await db.knex('accounts').where({ id: scene.anna.accountId }).update({ suspended: 1 });
      assert.equal(await panelMail.canSend(), false);
      await db.knex('accounts').where({ id: scene.anna.accountId }).update({ suspended: 0 });
      await scene.choose({ way: 'none' });
      assert.equal(await panelMail.canSend(), false);
      assert.equal(await db.knex('panel_mails').first('id'), undefined);
    });

    it('never have a header or a paragraph that a name brings along', async () => {
      const name = 'Eve\r\nBcc: victim@elsewhere.test\r\n\r\nYour password has expired';
      await scene.queue(guest, { fields: { name, panel: 'P\r\nX-Planted: yes' } });
      await scene.drain();
      const [mail] = await scene.arrived();
      assert.deepEqual(
        mail?.headers.filter(({ key }) => key === 'bcc' || key === 'x-planted'),
        [],
      );
      const text = mail?.text?.replaceAll('\u2060', '') ?? '';
      assert.match(text, /Eve Bcc: victim@elsewhere\.test Your password/);
      assert.equal(mail?.subject, 'E-mail de test de P X-Planted: yes');
    });
  });
}
