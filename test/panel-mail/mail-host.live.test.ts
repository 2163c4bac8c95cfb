import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { dirname, join } from 'node:path';
import PostalMime from 'postal-mime';
import { EmailAddress } from '../../plugin/addresses/index.js';
import { testMail } from '../../plugin/features/panel-mail/test-mail.js';
import { panelSocketOf } from '../../plugin/mail-server/data-files.js';
import { linkPanelSocket } from '../../plugin/mail-server/panel-socket.js';
import { type TestWeb, oneEngine, startTestWeb } from '../support/app.js';
import { addAccount } from '../support/fixtures.js';
import type { Installation } from '../support/mail/installation.js';
import { usualPassword } from '../support/mail/panel.js';
import { sharedInstallation } from '../support/mail/shared-installation.js';
import { programPath } from '../support/packages.js';
import { temporaryFolder } from '../support/processes.js';
import { Visitor, withCharacters } from '../support/visitor.js';
import { serverFields } from './scene.js';

const sender = 'no-reply@panel.here.test';
const bounces = 'panel-bounces@mx.relais.test';

for (const engine of oneEngine) {
  describe(`mails of the panel through this machine’s mail host on ${engine}`, () => {
    let mail: Installation;
    let web: TestWeb;
    let root: Visitor;

    before(async () => {
      mail = await sharedInstallation(engine);
      const { app } = mail;
      web = await startTestWeb(app);
      const id = await addAccount(app, `root${Date.now()}`, { role: 'administrator' });
      root = await Visitor.signedIn(web, app, id);
      const name = 'Élodie, Hébergement';
      const choice = { way: 'mail-host', serverId: undefined, address: sender, name } as const;
      await app.features.panelMailSettings.change(app.operator, choice);
    });
    after(async () => {
      const none = { serverId: undefined, address: undefined, name: undefined };
      await mail.app.features.panelMailSettings.change(mail.app.operator, { way: 'none', ...none });
      await web.stop();
    });

    const drained = async (): Promise<{ state: string; reply: string }> => {
      const { app, host } = mail;
      await app.features.outbox.drain();
      const sent = await app.db.knex('messages').orderBy('id', 'desc').first('state', 'reply');
      const queueId = /queued as (\w+)/.exec(sent.reply)?.[1];
      await (queueId && host.settled(queueId));
      return sent;
    };

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
      return await drained();
    };

    it('arrive in its mailboxes, in both forms', async () => {
      const box = `box@${await mail.domain()}`;
      const { state, reply } = await send(box);
      assert.equal(state, 'sent', reply);
      const [received = ''] = await mail.inbox(box);
      const { from, subject, text, html } = await PostalMime.parse(received);
      assert.deepEqual(from, { name: 'Élodie, Hébergement', address: sender });
      assert.equal(subject, `E-mail de test de ${box}`);
      assert.match(text ?? '', /Éva a envoyé ce message/);
      assert.match(withCharacters(html ?? ''), /<p[^>]*>Éva a envoyé ce message/);
    });

    it('reach outside addresses, such as that of somebody who is invited', async () => {
      const added = await root.fill('/accounts/new', {
        name: 'Kim Lee',
        email: 'kim@outside.test',
        login: `kim${Date.now()}`,
        role: 'administrator',
        way: 'mail',
      });
      assert.equal(added.status, 303, added.text);
      const { state, reply } = await drained();
      assert.equal(state, 'sent', reply);
      const [arrived] = mail.outside.messages.filter(({ to }) => to.includes('kim@outside.test'));
      assert.equal(arrived?.from, bounces);
      const { from, text } = await PostalMime.parse(arrived?.text ?? '');
      assert.equal(from?.address, sender);
      assert.match(text ?? '', /\/new-password\/[\w-]{20,}/);
    });

    it('reach everybody through its submission port, as an SMTP server with a mailbox’s login', async () => {
      const { app, host, outside } = mail;
      const user = `box@${await mail.domain()}`;
      const { settings, panelMailSettings, smtpServerStore } = app.features;
      await settings.change(app.operator, {
        'smtp-allowed-hosts': [host.address],
        'smtp-plain-login': true,
      });
      const { id: rootId } = await app.db
        .knex('accounts')
        .where({ role: 'administrator' })
        .first('id');
      const serverId = await app.changes.make(app.operator, async ({ tx }) => {
        const owner = { id: Number(rootId), resellerId: undefined };
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
      const [arrived] = outside.about('E-mail de test de guest@outside.test');
      assert.deepEqual(arrived?.to, ['guest@outside.test']);
    });

    it('return to the postmaster when they cannot be delivered, at once or within the queue’s lifetime', async () => {
      const { outside, host } = mail;
      const setting = (...change: readonly string[]): void => {
        const configuration = join(host.options.target, 'postfix');
        execFileSync(programPath('postconf'), ['-c', configuration, ...change]);
        host.reload();
      };
      outside.refusals.set('gone@outside.test', '550 5.1.1 no such user');
      outside.refusals.set('late@outside.test', '450 4.2.1 try again later');
      setting('-e', 'maximal_queue_lifetime=0');
      try {
        for (const [to, reply] of outside.refusals) {
          assert.equal((await send(to)).state, 'sent');
          const [bounce] = outside.about(`<${to}>`);
          assert.deepEqual([bounce?.from, bounce?.to], ['', ['postmaster@outside.test']]);
          assert.ok(bounce?.text.includes(reply), reply);
        }
      } finally {
        setting('-X', 'maximal_queue_lifetime');
      }
    });

    it('are refused at once for a domain that does not exist, which the outbox and a trial show', async () => {
      const { state, reply } = await send('guest@missing.invalid');
      assert.match(reply, /^\d{3} \d\.1\.2 .*Domain not found/);
      assert.notEqual(state, 'sent');
      const trial = await root.fill('/settings/panel-mail/trial', { to: 'guest@missing.invalid' });
      assert.match(trial.text, /Domain not found/);
    });

    it('take the way that the page of settings says, which its trial proves', async () => {
      const page = await root.get('/settings/panel-mail');
      assert.match(page.text, /leave through this machine’s mail host, to any address/);
      const trial = await root.fill('/settings/panel-mail/trial', { to: 'trial@outside.test' });
      assert.match(trial.text, /The server has accepted the mail to trial@outside\.test/);
      await mail.host.settled(/queued as (\w+)/.exec(trial.text)?.[1] ?? '');
      assert.ok(mail.outside.messages.some(({ to }) => to.includes('trial@outside.test')));
    });

    it('wait while there is no mail host, and the page says what to do', async () => {
      const { app, host } = mail;
      const link = panelSocketOf(app.config);
      linkPanelSocket(link, temporaryFolder('no-queue'));
      try {
        const page = await root.get('/settings/panel-mail');
        assert.match(page.text, /This machine’s mail host does not take mails of the panel\./);
        const trial = await root.fill('/settings/panel-mail/trial', { to: 'a@outside.test' });
        assert.match(trial.text, /Render its configuration with “relais render”/);
        assert.equal((await send('waiting@outside.test')).state, 'queued');
      } finally {
        linkPanelSocket(link, host.options.folders.queue);
      }
    });

    describe('are all that its socket sends:', () => {
      let socket: string;

      before(() => {
        // So that nothing but Postfix's own folder keeps others out.
        const { queue } = mail.host.options.folders;
        chmodSync(dirname(queue), 0o711);
        socket = join(queue, 'public/relais-panel');
      });

      it('no other user of the machine can open it', () => {
        const refused = swaks([...nobody, '--clear-groups'], '--socket', socket);
        assert.match(refused, /Permission denied/);
      });

      it('the group postdrop can, for a panel that does not run as root', async () => {
        const group = execFileSync('getent', ['group', 'postdrop'], { encoding: 'utf8' });
        const as = [...nobody, `--groups=${group.split(':')[2]}`];
        const sent = swaks(as, '--socket', socket, '--from', 'anybody@outside.test');
        assert.match(sent, /queued as/);
        await mail.host.settled(/queued as (\w+)/.exec(sent)?.[1] ?? '');
        assert.equal(mail.outside.messages.at(-1)?.from, bounces);
      });

      it('no login, forged or a customer’s own, sends as the panel over the network', async () => {
        const box = `box@${await mail.domain()}`;
        const to = 'guest@outside.test';
        for (const from of [sender, bounces]) {
          const open = await mail.receiveQuickly({ from, to });
          assert.match(open.rcpt.join(), /554 5\.7\.1 .*Relay access denied/);
          const own = await mail.submit({
            from,
            to,
            login: { user: box, password: usualPassword },
          });
          assert.match(own.rcpt.join(), /553 5\.7\.1 .*not owned by user/);
        }
        const login = { user: sender, password: usualPassword };
        const forged = await mail.submit({ from: sender, to, login });
        assert.match(forged.auth ?? '', /535 5\.7\.8/);
      });
    });
  });
}

const nobody = ['--reuid=65534', '--regid=65534'];

/** Sends as another user of the machine. */
function swaks(user: readonly string[], ...args: readonly string[]): string {
  const options = ['--from', sender, '--to', 'guest@outside.test', '--helo', 'client.test'];
  const all = [...user, programPath('swaks'), ...options, ...args];
  const { stdout, stderr } = spawnSync(programPath('setpriv'), all, { encoding: 'utf8' });
  return stdout + stderr;
}
