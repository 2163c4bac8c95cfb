import assert from 'node:assert/strict';
import { engines } from '../../support/app.js';
import { addDomain } from '../../support/fixtures.js';
import type { Page } from '../../support/visitor.js';
import { Scene, type Typed, good } from './scene.js';
import { useOpened } from '../../support/opened.js';

const withToken = {
  authentication: 'xoauth2',
  oauthClientId: 'client',
  oauthTokenUrl: 'https://id.example/token',
  refreshToken: 'token',
};

for (const engine of engines) {
  describe(`an SMTP server that is domains’ relay, on ${engine}`, () => {
    const scene = useOpened(() => Scene.open(engine));
    let id: number;
    before(async () => {
      for (const name of ['paul.example', 'other.example']) {
        await addDomain(scene.app, name, 'paul');
      }
    });

    beforeEach(async () => {
      id = await scene.add(scene.paul);
      await set('confirmed');
      await scene.app.db.knex('domains').update({ relay_id: id });
    });

    const set = async (confirmation: string): Promise<void> => {
      await scene.app.db.knex('smtp_servers').where({ id }).update({ confirmation });
    };
    const save = async (typed: Typed): Promise<Page> =>
      await scene.paulsBrowser.fill(`/smtp-servers/${id}`, { ...typed, removeLogo: '' });
    const find = () => scene.app.features.smtpServers.find(scene.paul, id);

    const changes: readonly (readonly [what: string, typed: Typed, reason: RegExp])[] = [
      ['a token', withToken, /requires XOAUTH2/],
      [
        'an address for its name',
        { host: '9.9.9.9', password: 'x' },
        /TLS needs the server’s name/,
      ],
      ['a colon in its user', { user: 'a:b', password: 'x' }, /contains a colon/],
      ['a login without TLS', { security: 'none', password: 'x' }, /without TLS/],
      ['another address', { address: 'new@shop.example' }, /is confirmed again/],
    ];
    for (const [what, typed, reason] of changes) {
      it(`can get ${what} once it is confirmed that mail will wait`, async () => {
        const refused = await save(typed);
        assert.equal(refused.status, 422);
        assert.match(refused.text, /id="letWait"/);
        assert.match(refused.text, /Mail from other\.example, paul\.example is sent through/);
        assert.match(refused.text, reason);
        assert.equal((await find()).version, 1);
        assert.equal((await save({ ...typed, letWait: '1' })).status, 303);
        assert.equal((await find()).version, 2);
      });
    }

    it('needs no confirmation while mail can still be sent, or waits already', async () => {
      const usual = await scene.paulsBrowser.get(`/smtp-servers/${id}`);
      assert.doesNotMatch(usual.text, /letWait/);
      assert.equal((await save({ title: 'Renamed', senderName: 'Other' })).status, 303);
      await set('sent');
      assert.equal((await save(withToken)).status, 303);
      await set('confirmed');
      assert.equal((await save({ address: 'new@shop.example' })).status, 303);
    });

    it('needs no confirmation when no domain uses it', async () => {
      await scene.app.db.knex('domains').update({ relay_id: null });
      assert.equal((await save(withToken)).status, 303);
    });

    it('lists some of many domains', async () => {
      for (let index = 0; index < 10; index += 1) {
        await addDomain(scene.app, `d${index}.example`, 'paul');
      }
      await scene.app.db.knex('domains').update({ relay_id: id });
      const { text } = await save(withToken);
      assert.match(text, /d0\.example, .*, d9\.example … is sent through/);
    });
  });

  describe(`such an SMTP server in French on ${engine}`, () => {
    it('has the same warning', async () => {
      const scene = await Scene.open(engine);
      const id = await scene.add(scene.marie);
      await addDomain(scene.app, 'marie.example', 'marie');
      await scene.app.db.knex('domains').update({ relay_id: id });
      await scene.app.db.knex('smtp_servers').update({ confirmation: 'confirmed' });
      await scene.mariesBrowser.get('/smtp-servers');
      const typed = { ...good, ...withToken, version: '1' };
      const { text } = await scene.mariesBrowser.post(`/smtp-servers/${id}`, typed);
      assert.match(text, /Le courrier de marie\.example passe par ce serveur\..*exige XOAUTH2/);
      assert.match(text, /Laisser attendre ce courrier/);
      await scene.close();
    });
  });
}
