import assert from 'node:assert/strict';
import { states } from '../../../plugin/features/messages/message.js';
import { engines } from '../../support/app.js';
import { addAccount } from '../../support/fixtures.js';
import { Visitor } from '../../support/visitor.js';
import { useServedScene } from './scene.js';

for (const engine of engines) {
  describe(`the pages of the outbox on ${engine}`, () => {
    const { scene, web } = useServedScene(engine);
    let marie: Visitor;
    let paul: Visitor;
    let reseller: Visitor;

    before(async () => {
      const visit = (id: number) => Visitor.signedIn(web, scene.app, id);
      marie = await visit(scene.marie.accountId);
      paul = await visit(scene.paul.accountId);
      reseller = await visit(scene.reseller.accountId);
    });

    const queue = async (wanted: object = {}): Promise<number> =>
      (await scene.accept(scene.app.features, wanted)).message.id;
    const set = (id: number, columns: object) =>
      scene.app.db.knex('messages').where({ id }).update(columns);

    it('list messages by subject and recipient, within the viewer’s scope', async () => {
      await queue({ to: ['anna@elsewhere.test', 'b@elsewhere.test'], subject: 'Première facture' });
      await queue({ subject: 'Another' });
      const page = await marie.get('/messages?q=premiere+anna');
      assert.match(page.text, /Première facture/);
      assert.match(page.text, /anna@elsewhere\.test and 1 other/);
      assert.doesNotMatch(page.text, /Another/);
      assert.match((await reseller.get('/messages')).text, /Another/);
      assert.doesNotMatch((await paul.get('/messages')).text, /Another/);
      for (const sort of ['created', 'state']) {
        assert.equal((await marie.get(`/messages?sort=${sort}&dir=asc`)).status, 200);
      }
    });

    it('list what a program needs, until there is a message', async () => {
      const page = (await marie.get('/messages')).text;
      assert.match(page, /href="\/smtp-servers">A confirmed[^]*href="\/api-tokens">An API token/);
      assert.match(page, /href="\/api\/v1\/openapi\.json"/);
      await queue();
      assert.doesNotMatch((await marie.get('/messages')).text, /What a program needs/);
    });

    it('show a message’s content to its owner only, and the rest within the scope', async () => {
      const id = await queue({
        text: 'My <b>secret</b> text',
        bcc: ['blind@elsewhere.test'],
        replyTo: 'answers@marie.example',
        attachments: [{ filename: 'a<b>.txt', contentType: 'text/plain', content: 'YQ==' }],
      });
      const own = (await marie.get(`/messages/${id}`)).text;
      assert.match(own, /My &lt;b&gt;secret&lt;\/b&gt; text/);
      assert.match(own, /a&lt;b&gt;\.txt \(text\/plain, 1/);
      assert.match(own, /blind@elsewhere\.test<\/th>\s*<td data-label="Field">Bcc/);
      assert.match(own, /Replies go to answers@marie\.example/);
      const theirs = (await reseller.get(`/messages/${id}`)).text;
      assert.match(theirs, /anna@elsewhere\.test/);
      assert.doesNotMatch(theirs, /secret|\.txt|answers@/);
      assert.equal((await paul.get(`/messages/${id}`)).status, 404);
      assert.equal((await paul.post(`/messages/${id}/cancellation`)).status, 404);
      assert.equal((await paul.post(`/messages/${id}/sending`)).status, 404);
    });

    it('cancel a queued message, and queue it again', async () => {
      const id = await queue();
      await marie.get(`/messages/${id}`);
      assert.equal((await marie.post(`/messages/${id}/cancellation`)).location, `/messages/${id}`);
      assert.match((await marie.get(`/messages/${id}`)).text, /will not be sent/);
      assert.equal((await marie.post(`/messages/${id}/cancellation`)).status, 409);
      assert.match((await marie.get(`/messages/${id}/sending`)).text, /did not receive it/);
      assert.equal((await marie.post(`/messages/${id}/sending`)).status, 303);
      assert.equal((await scene.page(id)).message.state, 'queued');
      assert.equal((await marie.post(`/messages/${id}/sending`)).status, 409);

      const entries = await scene.app.db
        .knex('audit_entries')
        .where('action', 'like', 'message.%')
        .orderBy('id');
      assert.deepEqual(
        entries.slice(-2).map(({ action }) => action),
        ['message.cancelled', 'message.queued-again'],
      );
      assert.match((await marie.get('/audit')).text, /Message queued again/);
    });

    it('cancel a partly accepted message for its remaining recipients only', async () => {
      const id = await queue({ to: ['anna@elsewhere.test', 'grey@elsewhere.test'] });
      await scene.app.db
        .knex('message_recipients')
        .where({ message_id: id, position: 0 })
        .update({ state: 'accepted' });
      await marie.get(`/messages/${id}`);
      assert.equal((await marie.post(`/messages/${id}/cancellation`)).status, 303);
      assert.match((await marie.get(`/messages/${id}`)).text, /to the remaining recipients/);
      assert.equal((await scene.page(id)).message.state, 'sent');
    });

    it('distinguish partly sent messages from sent ones', async () => {
      const id = await queue({ to: ['anna@elsewhere.test', 'no@elsewhere.test'] });
      const refuse = (where: object, state: string) =>
        scene.app.db
          .knex('message_recipients')
          .where({ message_id: id, ...where })
          .update({ state });
      await set(id, { state: 'sent', outcome: 'ok' });
      await refuse({}, 'accepted');
      assert.match((await marie.get('/messages')).text, /status-good">Sent</);
      await refuse({ position: 1 }, 'refused');
      assert.match((await marie.get('/messages')).text, /status-bad">Partly sent</);
      const page = (await marie.get(`/messages/${id}`)).text;
      assert.match(page, /status-bad">Partly sent</);
      assert.match(page, /1 of 2 recipients was refused\. A server has accepted it for the others/);
      await set(id, { outcome: 'timed-out' });
      assert.match(
        (await marie.get(`/messages/${id}`)).text,
        /1 of 2 recipients did not receive it/,
      );
    });

    it('show the service by its name', async () => {
      const id = await queue();
      assert.match((await marie.get('/messages')).text, /<td data-label="Service">Sales</);
      assert.match((await marie.get(`/messages/${id}`)).text, /<dd>Sales<\/dd>/);
      await set(id, { service: 'gone' });
      assert.match((await marie.get('/messages')).text, /<td data-label="Service">gone</);
      assert.match((await marie.get(`/messages/${id}`)).text, /<dd>gone<\/dd>/);
    });

    it('explain the state unknown before they send again', async () => {
      const id = await queue();
      await set(id, { state: 'unknown', outcome: 'answer-lost', finished_at: Date.now() });
      const page = (await marie.get(`/messages/${id}`)).text;
      assert.match(page, /SMTP cannot tell/);
      assert.match(page, /Send again/);
      assert.match((await marie.get(`/messages/${id}/sending`)).text, /may receive it twice/);
    });

    it('are complete in every state, in English and French', async () => {
      const id = await queue();
      for (const state of states) {
        await set(id, { state, outcome: 'timed-out' });
        for (const locale of ['en', 'fr']) {
          await scene.app.db.knex('accounts').where({ login: 'marie' }).update({ locale });
          for (const path of ['/messages', `/messages/${id}`, `/messages/${id}/sending`]) {
            const shown = await marie.get(path);
            assert.equal(shown.status, 200);
            assert.match(shown.text, new RegExp(`<html lang="${locale}"`));
            assert.doesNotMatch(shown.text, /(?:messages|sending)\.[a-z-]+\./);
          }
        }
      }
      await scene.app.db.knex('accounts').where({ login: 'marie' }).update({ locale: null });
    });

    it('withhold what the plan withholds', async () => {
      const id = await queue();
      await scene.app.db.knex('plans').update({ permissions: '[]' });
      const page = await marie.get(`/messages/${id}`);
      assert.doesNotMatch(page.text, /cancellation/);
      await scene.clear();
      assert.match((await marie.get('/messages')).text, /does not include sending through the API/);
      assert.equal((await marie.post(`/messages/${id}/cancellation`)).status, 403);
      assert.equal((await marie.get('/api-tokens')).status, 404);
      const declared = scene.app.manifest.permissions
        .filter(({ plan }) => plan)
        .map((each) => each.id);
      await scene.app.db.knex('plans').update({ permissions: JSON.stringify(declared) });
    });

    it('move with their owner to another reseller', async () => {
      const id = await queue();
      const { accounts } = scene.app.panel;
      await scene.app.db.knex('messages').where({ id }).update({ reseller_id: null });
      await accounts.setSuspended(scene.app.operator, scene.marie.accountId, true);
      await accounts.setSuspended(scene.app.operator, scene.marie.accountId, false);
      assert.equal((await reseller.get(`/messages/${id}`)).status, 404, 'a suspension moves none');

      const agency = await addAccount(scene.app, 'agency', { role: 'reseller' });
      await scene.moveMarie('agency');
      const visitor = await Visitor.signedIn(web, scene.app, agency);
      assert.equal((await visitor.get(`/messages/${id}`)).status, 200);
      await scene.moveMarie('reseller');
      assert.equal((await visitor.get(`/messages/${id}`)).status, 404);
      assert.equal((await reseller.get(`/messages/${id}`)).status, 200);
    });
  });
}
