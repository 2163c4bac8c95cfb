import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type Server, connect, createServer } from 'node:net';
import PostalMime from 'postal-mime';
import { EmailAddress } from '../../plugin/addresses/index.js';
import { testMail } from '../../plugin/features/panel-mail/test-mail.js';
import { portOf } from '../sending/mail-peer.js';
import { oneEngine } from '../support/app.js';
import { addAccount } from '../support/fixtures.js';
import type { Installation } from '../support/mail/installation.js';
import { usualPassword } from '../support/mail/panel.js';
import { sharedInstallation } from '../support/mail/shared-installation.js';
import { serverFields } from './scene.js';

for (const engine of oneEngine) {
  describe(`mails of the panel through this machine’s mail host on ${engine}`, () => {
    let mail: Installation;
    let loopback: Server;

    before(async () => {
      mail = await sharedInstallation(engine);
      // The mail host of the tests listens on another loopback address.
      loopback = createServer((socket) => {
        const host = connect({ host: mail.host.address, port: mail.host.ports.smtp });
        for (const each of [socket, host]) {
          each.on('error', () => {});
        }
        socket.pipe(host).pipe(socket);
      });
      await once(loopback.listen(0, '127.0.0.1'), 'listening');
      const { app } = mail;
      await addAccount(app, `root${Date.now()}`, { role: 'administrator' });
      const { settings, panelMailSettings } = app.features;
      await settings.change(app.operator, { 'mail-host-port': [String(portOf(loopback))] });
      await panelMailSettings.change(app.operator, {
        way: 'mail-host',
        serverId: undefined,
        address: 'no-reply@panel.here.test',
        name: 'Élodie, Hébergement',
      });
    });
    after(async () => {
      const none = { serverId: undefined, address: undefined, name: undefined };
      await mail.app.features.panelMailSettings.change(mail.app.operator, { way: 'none', ...none });
      loopback.close();
    });

    const send = async (address: string): Promise<{ state: string; reply: string }> => {
      const { app } = mail;
      await app.changes.make(app.operator, async (changing) => {
        await app.panelMail.queue(changing, {
          kind: testMail,
          fields: { name: 'Éva', panel: address },
          path: '/settings',
          address: EmailAddress.parse(address),
          locale: 'fr',
        });
      });
      await app.features.outbox.drain();
      return await app.db.knex('messages').orderBy('id', 'desc').first('state', 'reply');
    };

    it('arrive in its mailboxes, in both forms', async () => {
      const box = `box@${await mail.domain()}`;
      const { state, reply } = await send(box);
      assert.equal(state, 'sent', reply);
      await mail.host.settled(/queued as (\w+)/.exec(reply)?.[1] ?? '');
      const [received = ''] = await mail.inbox(box);
      const { from, subject, text, html } = await PostalMime.parse(received);
      assert.deepEqual(from, { name: 'Élodie, Hébergement', address: 'no-reply@panel.here.test' });
      assert.equal(subject, `E-mail de test de ${box}`);
      assert.match(text ?? '', /Éva a envoyé ce message/);
      assert.match(html ?? '', /<p[^>]*>Éva a envoyé ce message/);
    });

    it('reach everybody through its submission port, as an SMTP server with a mailbox’s login', async () => {
      const { app, host, outside } = mail;
      const user = `box@${await mail.domain()}`;
      const { settings, panelMailSettings, smtpServerStore } = app.features;
      await settings.change(app.operator, {
        'smtp-allowed-hosts': [host.address],
        'smtp-plain-login': true,
      });
      const root = await app.db.knex('accounts').where({ role: 'administrator' }).first('id');
      const serverId = await app.changes.make(app.operator, async ({ tx }) => {
        const owner = { id: Number(root.id), resellerId: undefined };
        const place = { host: host.address, port: host.ports.submission, address: user, user };
        const fields = { ...serverFields, ...place, security: 'none' } as const;
        const id = await smtpServerStore.insert(tx, owner, fields, { password: usualPassword });
        await smtpServerStore.setConfirmation(tx, id, {
          state: 'confirmed',
          at: 0,
          outcome: undefined,
        });
        return id;
      });
      const before = await panelMailSettings.read();
      const own = { address: undefined, name: undefined };
      await panelMailSettings.change(app.operator, { way: 'server', serverId, ...own });
      const { state, reply } = await send('guest@outside.test');
      await panelMailSettings.change(app.operator, before);
      assert.equal(state, 'sent', reply);
      await host.settled(/queued as (\w+)/.exec(reply)?.[1] ?? '');
      const [arrived] = outside.about('E-mail de test de guest@outside.test');
      assert.deepEqual(arrived?.to, ['guest@outside.test']);
    });

    it('are not relayed without a login, which the outbox shows', async () => {
      const { state, reply } = await send('guest@outside.test');
      assert.equal(state, 'failed');
      assert.match(reply, /^554 5\.7\.1 .*Relay access denied/);
    });
  });
}
