import assert from 'node:assert/strict';
import { addAccount, addDomain } from '../support/fixtures.js';
import { engines } from '../support/app.js';
import { useScene } from '../features/smtp-servers/scene.js';
import { askFor, applyIt } from './pressing.js';

for (const engine of engines) {
  describe(`a preview on ${engine}`, () => {
    const scene = useScene(engine);
    beforeEach(async () => {
      await addDomain(scene.app, 'marie.example', 'marie');
    });
    const enabled = async (): Promise<number[]> =>
      await scene.app.db.knex('domains').pluck('mail_enabled');
    const path = '/domains/selected/mail-service-deactivation';

    it('of another account does not exist', async () => {
      await scene.mariesBrowser.get('/domains');
      const asked = await askFor(scene.mariesBrowser, path, { matching: '1', query: '' });
      await scene.paulsBrowser.get('/domains');
      assert.equal((await scene.paulsBrowser.get(asked.path)).status, 404);
      assert.equal((await scene.paulsBrowser.get(`${asked.path}/outcomes`)).status, 404);
      assert.equal((await scene.paulsBrowser.get(`${asked.path}/export?format=csv`)).status, 404);
      assert.equal((await applyIt(scene.paulsBrowser, asked)).status, 404);
      const again = await scene.paulsBrowser.post(`${asked.path}/repetition`, {});
      assert.equal(again.status, 404);
      assert.deepEqual(await enabled(), [1]);
    });

    it('says a change once, whatever else the rows have', async () => {
      await addDomain(scene.app, 'second.example', 'marie');
      await scene.app.db
        .knex('domains')
        .where({ name: 'second.example' })
        .update({ unknown_policy: 'bounce', bounce_text: 'Gone.' });
      await scene.mariesBrowser.get('/domains');
      const { text } = await askFor(scene.mariesBrowser, path, { matching: '1', query: '' });
      const [, list = ''] = /class="card preview-group"[^]*?<ul>([^]*?)<\/ul>/.exec(text) ?? [];
      assert.equal(list.split('<li>').length - 1, 1, list);
    });

    const spoilt = {
      'is too old': async () => {
        await scene.app.db.knex('previews').update({ expires_at: Date.now() - 1 });
      },
      'was made with another scope': async () => {
        await scene.app.db.knex('previews').update({ scope: '{"kind":"all"}' });
      },
      'was made by somebody else for this account': async () => {
        const actor = await addAccount(scene.app, 'root', { role: 'administrator' });
        await scene.app.db.knex('previews').update({ actor_id: actor });
      },
    } as const;
    for (const [why, spoil] of Object.entries(spoilt)) {
      it(`that ${why} is not applied, and offers another`, async () => {
        await scene.mariesBrowser.get('/domains');
        const asked = await askFor(scene.mariesBrowser, path, { matching: '1', query: '' });
        await spoil();
        assert.equal((await applyIt(scene.mariesBrowser, asked)).location, asked.path);
        const { text } = await scene.mariesBrowser.get(asked.path);
        assert.match(text, /role="alert"[^]*Refaire l’aperçu/);
        assert.doesNotMatch(text, /\/application"/);
        assert.deepEqual(await enabled(), [1]);
        const { location = '' } = await scene.mariesBrowser.post(`${asked.path}/repetition`, {});
        const fresh = { ...(await scene.mariesBrowser.get(location)), path: location };
        assert.match(fresh.text, /Désactiver le service de messagerie d’un domaine/);
        await applyIt(scene.mariesBrowser, fresh);
        assert.deepEqual(await enabled(), [0]);
      });
    }

    it('that is applied twice changes rows once', async () => {
      await scene.mariesBrowser.get('/domains');
      const asked = await askFor(scene.mariesBrowser, path, { matching: '1', query: '' });
      await Promise.all([1, 2].map(() => applyIt(scene.mariesBrowser, asked)));
      const [row] = await scene.app.db.knex('domains');
      assert.equal(row.version, 2);
    });
  });
}
