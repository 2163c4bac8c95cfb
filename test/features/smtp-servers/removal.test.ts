import assert from 'node:assert/strict';
import { noResult } from '../../../plugin/jobs/job.js';
import { mostAtOnce } from '../../../plugin/previews/previews.js';
import { engines } from '../../support/app.js';
import { addManyServers } from '../../jobs/many-servers.js';
import { addDomain } from '../../support/fixtures.js';
import { applyIt, askFor } from '../../previews/pressing.js';
import { Scene } from './scene.js';
import { useOpenedEach } from '../../support/opened.js';

for (const engine of engines) {
  describe(`the removal of several SMTP servers on ${engine}`, () => {
    const scene = useOpenedEach(() => Scene.open(engine));
    beforeEach(async () => {
      await addDomain(scene.app, 'marie.example', 'marie');
    });

    it('keeps a server that became a relay since the transaction began', async () => {
      const ids = [
        await scene.add(scene.marie, { title: 'First' }),
        await scene.add(scene.marie, { title: 'Second' }),
      ];
      const { previews, actionsOnServers } = scene.app.features;
      const { table, actions } = actionsOnServers;
      const [action] = actions;
      assert.ok(action !== undefined);
      const asking = { wanted: undefined, selection: { kind: 'rows', ids }, list: '/' } as const;
      const id = await previews.create(scene.marie, { table, action }, asking);
      const preview = await previews.whole(scene.marie, id);
      const chunk = await previews.application.next(scene.marie, preview, action, 0);
      const result = await scene.app.changes.make(scene.marie, async (changing) => {
        await changing.tx('domains').select('relay_id');
        // On SQLite there is no concurrent writer.
        const other = engine === 'mariadb' ? scene.app.db.knex : changing.tx;
        await other('domains').update({ relay_id: ids[1] });
        return (await chunk?.write(changing)) ?? noResult;
      });
      assert.deepEqual([result.changed, result.refused], [1, 1]);
      assert.deepEqual(await scene.app.db.knex('smtp_servers').pluck('title'), ['Second']);
    });

    it('is a job whose page is shown to those who can see jobs', async () => {
      const { jobs } = scene.app.features;
      assert.equal(jobs.pageFor(scene.marie, 7), '/jobs/7');
      assert.equal(jobs.pageFor({ permissions: new Set() }, 7), undefined);
    });

    it('is announced on the list to viewers who cannot see jobs', async () => {
      const ids = await addManyServers(scene.app, scene.marie, mostAtOnce + 1);
      scene.app.features.jobs.pageFor = () => undefined;
      const visitor = scene.mariesBrowser;
      await visitor.get('/smtp-servers');
      const fields = { ids: ids.join('-') };
      const { location } = await applyIt(
        visitor,
        await askFor(visitor, '/smtp-servers/selected/removal', fields),
      );
      assert.equal(location, '/smtp-servers');
      const { text } = await visitor.get('/smtp-servers');
      assert.match(text, /L’opération s’exécute en arrière-plan/);
    });
  });
}
