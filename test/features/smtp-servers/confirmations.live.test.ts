import assert from 'node:assert/strict';
import { TooManyRequestsError } from '../../../plugin/errors.js';
import { engines } from '../../support/app.js';
import { startPeer } from '../../sending/mail-peer.js';
import { Visitor } from '../../support/visitor.js';
import { type MailSite, decodeQuotedPrintable, linkIn, openMailSite } from './mail-site.js';
import { type Typed, png } from './scene.js';

for (const engine of engines) {
  describe(`the confirmation of an SMTP server on ${engine}`, () => {
    let site: MailSite;
    before(async () => {
      site = await openMailSite(engine);
    });
    after(() => site.close());

    const add = (typed: Typed = {}, logo?: Buffer): Promise<number> =>
      site.scene.add(site.scene.marie, { ...site.fields, ...typed }, logo);
    const send = (id: number) =>
      site.scene.app.features.confirmations.send(site.scene.marie, id, 'en');
    const stateOf = async (id: number): Promise<string> =>
      (await site.scene.app.features.smtpServers.find(site.scene.marie, id)).confirmation.state;

    it('is mailed through the server to its address, in the account’s language, with the signature', async () => {
      const id = await add({ address: 'marie@shop.example', title: 'Bureau' }, png);
      assert.equal(await stateOf(id), 'never');
      assert.equal((await send(id)).failure, undefined);
      assert.equal(await stateOf(id), 'sent');

      const message = site.peer.messages.at(-1) ?? '';
      assert.equal(site.peer.senders.at(-1), 'marie@shop.example');
      assert.equal(site.peer.logins.at(-1)?.username, 'user');
      assert.match(message, /^From: The Shop <marie@shop\.example>\r$/m);
      assert.match(message, /^To: marie@shop\.example\r$/m);
      assert.match(message, /^Auto-Submitted: auto-generated\r$/m);
      const text = decodeQuotedPrintable(message);
      assert.match(text, /ce message a été envoyé par le serveur SMTP «\u00a0Bureau\u00a0»/);
      assert.match(text, /\r?\n-- \r?\nMarie Morel/);
      assert.match(text, /<p>Marie <b>Morel<\/b><\/p>/);
      assert.match(text, /<a href="(http[^"]+\/confirmations\/[\w-]+)">\1<\/a>/);
      const cid = /src="cid:([^"]+)"/.exec(text)?.[1] ?? '';
      assert.ok(
        message.includes(`Content-ID: <${cid}>`) || message.includes(`Content-Id: <${cid}>`),
      );
      const { content } = (await site.scene.app.features.smtpLogos.of(id)) ?? {};
      assert.ok(content && message.includes(content.toString('base64').slice(0, 60)));
      assert.match(text, /<img [^>]*width="1" height="1"/);
    });

    it('needs the button, since mail scanners open links', async () => {
      const id = await add();
      await send(id);
      const link = linkIn(site.peer);
      const scanner = new Visitor(site.scene.web);
      for (let opened = 0; opened < 3; opened += 1) {
        const page = await scanner.get(link, { 'accept-language': 'en' });
        assert.equal(page.status, 200);
        assert.match(page.text, /lang="fr"/);
        assert.match(page.text, /Oui, confirmer/);
        assert.doesNotMatch(page.text, /locales|smtp-servers\.[a-z]/);
      }
      assert.equal(await stateOf(id), 'sent');
      const pageOf = async (): Promise<string> =>
        (await site.scene.mariesBrowser.get(`/smtp-servers/${id}/confirmation`)).text;
      assert.match(await pageOf(), /Cliquez sur le lien du message dans les 24 heures/);
      assert.doesNotMatch(await pageOf(), /btn-primary|Un message avec un lien est envoyé/);

      const reader = new Visitor(site.scene.web);
      const page = await reader.post(link);
      assert.equal(page.status, 200);
      assert.match(page.text, /Le serveur SMTP a été confirmé/);
      assert.equal(await stateOf(id), 'confirmed');
      assert.match(await pageOf(), /Le serveur peut servir[^]*href="\/domains"[^]*\/api-tokens"/);
      assert.doesNotMatch(await pageOf(), /btn-primary|Cliquez sur le lien/);
      for (const again of [await reader.post(link), await reader.get(link)]) {
        assert.equal(again.status, 410);
      }
    });

    it('is recorded with the actor, and its link is not stored', async () => {
      const id = await add();
      await send(id);
      const token = linkIn(site.peer).split('/').at(-1) ?? '';
      const { knex } = site.scene.app.db;
      const stored = JSON.stringify([
        await knex('smtp_confirmations').select(),
        await knex('audit_entries').select(),
      ]);
      assert.ok(token.length >= 32);
      assert.ok(!stored.includes(token));
      await new Visitor(site.scene.web).post(linkIn(site.peer));
      const entries = await knex('audit_entries').orderBy('id', 'desc').limit(2);
      assert.deepEqual(
        entries.map(({ action, actor }) => [action, actor]),
        [
          ['smtp-server.confirmed', 'office@shop.example'],
          ['smtp-server.confirmation-sent', 'marie'],
        ],
      );
    });

    it('works with the newest link only, for 24 hours', async () => {
      const id = await add();
      await send(id);
      const first = linkIn(site.peer);
      await send(id);
      const second = linkIn(site.peer);
      const reader = new Visitor(site.scene.web);
      assert.equal((await reader.post(first)).status, 410);

      const links = site.scene.app.db.knex('smtp_confirmations').where({ server_id: id });
      const { expires_at: expiresAt } = await links.clone().first();
      assert.ok(Math.abs(expiresAt - Date.now() - 24 * 3600 * 1000) < 60_000);
      await links.clone().update({ expires_at: Date.now() - 1 });
      assert.equal((await reader.get(second)).status, 410);
      assert.equal((await reader.post(second)).status, 410);
      assert.equal(await stateOf(id), 'sent');
    });

    it('takes no longer than a connection test, whatever the server sends', async () => {
      const silent = await startPeer((socket) => {
        const drops = setInterval(() => socket.write('220-wait\r\n'), 200);
        socket.once('close', () => clearInterval(drops));
      });
      const { settings, smtpServers } = site.scene.app.features;
      const { operator } = site.scene.app;
      const before = await settings.read();
      await settings.change(operator, { ...before, 'smtp-ports': [String(silent.port)] });
      const id = await add({ port: String(silent.port) });
      const begin = performance.now();
      const [sending, trial] = await Promise.all([
        send(id).then(({ failure }) => ({ failure, ms: performance.now() - begin })),
        smtpServers
          .try(site.scene.marie, id)
          .then(({ outcome }) => ({ outcome, ms: performance.now() - begin })),
      ]);
      assert.deepEqual([sending.failure, trial.outcome], ['timed-out', 'timed-out']);
      assert.ok(sending.ms < 2 * trial.ms, `${sending.ms} and ${trial.ms} ms`);
      await settings.change(operator, before);
      await silent.stop();
    });

    it('is void once the server has changed', async () => {
      const id = await add();
      await send(id);
      const link = linkIn(site.peer);
      const typed = { ...site.fields, address: 'new@shop.example' };
      await site.scene.change(site.scene.marie, id, typed);
      assert.equal((await new Visitor(site.scene.web).post(link)).status, 410);
      assert.equal(await stateOf(id), 'never');
    });

    it('happens once when the button is pressed several times at once', async () => {
      const id = await add();
      await send(id);
      const link = linkIn(site.peer);
      const pages = await Promise.all(
        Array.from({ length: 4 }, () => new Visitor(site.scene.web).post(link)),
      );
      assert.deepEqual(
        pages.map(({ status }) => status).toSorted((a, b) => a - b),
        [200, 410, 410, 410],
      );
    });

    it('reports why the mail was not sent, and what to do', async () => {
      const { mariesBrowser } = site.scene;
      const id = await add({ password: 'wrong' });
      await mariesBrowser.get(`/smtp-servers/${id}/confirmation`);
      const page = await mariesBrowser.post(`/smtp-servers/${id}/confirmation`);
      assert.equal(page.status, 200);
      assert.match(page.text, /role="alert"/);
      assert.equal(await stateOf(id), 'failed');
      const again = await mariesBrowser.get(`/smtp-servers/${id}/confirmation`);
      assert.match(again.text, /Échec le/);
      assert.match(again.text, /role="alert"/);
      assert.match((await site.scene.mariesBrowser.get('/smtp-servers')).text, /Échec le/);
      assert.deepEqual(
        await site.scene.app.db.knex('smtp_confirmations').where({ server_id: id }),
        [],
      );
    });

    it('survives a later failure to send the mail', async () => {
      const id = await add();
      await send(id);
      await new Visitor(site.scene.web).post(linkIn(site.peer));
      await site.scene.change(site.scene.marie, id, { ...site.fields, password: 'wrong' });
      assert.equal((await send(id)).failure, 'login-refused');
      assert.equal(await stateOf(id), 'confirmed');
    });

    it('is mailed at most five times an hour', async () => {
      const id = await add();
      for (let sent = 0; sent < 5; sent += 1) {
        await send(id);
      }
      const before = site.peer.messages.length;
      await assert.rejects(send(id), TooManyRequestsError);
      assert.equal(site.peer.messages.length, before);
    });

    it('offers to test the connection first, and reports its failure', async () => {
      const { mariesBrowser } = site.scene;
      const id = await add();
      await mariesBrowser.get(`/smtp-servers/${id}/trial`);
      const good = await mariesBrowser.post(`/smtp-servers/${id}/trial`);
      assert.match(good.text, /alert-success/);
      assert.match(good.text, /Envoyez maintenant la confirmation/);
      const sending = good.text.indexOf(`action="/smtp-servers/${id}/confirmation`);
      assert.ok(sending > 0 && sending < good.text.indexOf(`action="/smtp-servers/${id}/trial`));
      const before = site.peer.messages.length;
      const wrong = await add({ password: 'wrong' });
      const bad = await mariesBrowser.post(`/smtp-servers/${wrong}/trial`);
      assert.match(bad.text, /alert-danger/);
      assert.match(bad.text, /Réponse du serveur/);
      assert.doesNotMatch(bad.text, />wrong</);
      assert.equal(site.peer.messages.length, before);
      const elsewhere = await site.scene.addInternal(site.scene.marie);
      await site.scene.app.db
        .knex('smtp_servers')
        .where({ id: elsewhere })
        .update({ host: '127.0.0.2' });
      const refused = await mariesBrowser.post(`/smtp-servers/${elsewhere}/trial`);
      assert.match(refused.text, /alert-danger/);
    });
  });
}
