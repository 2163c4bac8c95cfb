import assert from 'node:assert/strict';
import type { Page } from '../../support/visitor.js';
import { engines } from '../../support/app.js';
import { addDomain } from '../../support/fixtures.js';
import { Scene } from './scene.js';

for (const engine of engines) {
  describe(`marked SMTP servers on ${engine}`, () => {
    let scene: Scene;
    beforeEach(async () => {
      scene = await Scene.open(engine);
    });
    afterEach(() => scene.close());

    const path = '/smtp-servers/marked/removal';
    const titles = async (): Promise<string[]> =>
      await scene.app.db.knex('smtp_servers').orderBy('sort_title').pluck('title');
    const send = async (...fields: (readonly [string, string])[]): Promise<Page> => {
      await scene.mariesBrowser.get('/smtp-servers');
      return await scene.mariesBrowser.post(path, fields);
    };

    it('can be marked on the page, each by its name', async () => {
      const id = await scene.add(scene.marie, { title: 'Bureau' });
      const { text } = await scene.mariesBrowser.get('/smtp-servers');
      assert.match(text, new RegExp(`name="id" value="${id}" aria-label="Cocher Bureau"`));
    });

    it('are named before they go, and go when that is confirmed', async () => {
      const ids = [
        await scene.add(scene.marie, { title: 'A' }),
        await scene.add(scene.marie, { title: 'B' }),
      ];
      await scene.add(scene.marie, { title: 'C' });
      const marks = ids.map((id) => ['id', String(id)] as const);
      const asked = await send(...marks);
      assert.equal(asked.status, 200);
      assert.match(asked.text, /Supprimer 2 serveurs SMTP/);
      assert.deepEqual(await titles(), ['A', 'B', 'C']);

      const gone = await scene.mariesBrowser.post(path, [...marks, ['confirmed', '1']]);
      assert.equal(gone.location, '/smtp-servers');
      assert.deepEqual(await titles(), ['C']);
      const entries = await scene.app.db
        .knex('audit_entries')
        .where({ action: 'smtp-server.removed' });
      assert.equal(entries.length, 2);
    });

    it('are all that match, without marking each', async () => {
      for (const title of ['Old 1', 'Old 2', 'New']) {
        await scene.add(scene.marie, { title });
      }
      const asked = await send(['matching', '1'], ['query', '?q=old']);
      assert.match(asked.text, /name="query" value="\?q=old"/);
      await send(['matching', '1'], ['query', '?q=old'], ['confirmed', '1']);
      assert.deepEqual(await titles(), ['New']);
    });

    it('of somebody else stay, whatever is sent', async () => {
      const id = await scene.add(scene.paul, { title: 'Paul’s' });
      const asked = await send(['id', String(id)]);
      assert.doesNotMatch(asked.text, /Paul/);
      await send(['id', String(id)], ['confirmed', '1']);
      await send(['matching', '1'], ['confirmed', '1']);
      assert.deepEqual(await titles(), ['Paul’s']);
    });

    it('through which mail of a domain leaves stay, and are named', async () => {
      const relay = await scene.add(scene.marie, { title: 'Relay' });
      const other = await scene.add(scene.marie, { title: 'Other' });
      await addDomain(scene.app, 'marie.example', 'marie');
      await scene.app.db.knex('domains').update({ relay_id: relay });
      await send(['id', String(relay)], ['id', String(other)], ['confirmed', '1']);
      assert.deepEqual(await titles(), ['Relay']);
      assert.match(
        (await scene.mariesBrowser.get('/smtp-servers')).text,
        /sont restés\u00a0: Relay/,
      );
    });

    it('must be some', async () => {
      const { status, text } = await send();
      assert.equal(status, 422);
      assert.match(text, /Cochez d’abord au moins une ligne/);
    });
  });
}
