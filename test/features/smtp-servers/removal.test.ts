import assert from 'node:assert/strict';
import { carryOut } from '../../../plugin/tables/actions/decide.js';
import { mostAtOnce } from '../../../plugin/tables/actions/selected-rows.js';
import { engines } from '../../support/app.js';
import { addManyServers } from '../../jobs/many-servers.js';
import { addDomain } from '../../support/fixtures.js';
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
      const [action] = scene.app.features.actionsOnServers.actions;
      assert.ok(action !== undefined);
      const result = await scene.app.changes.make(scene.marie, async (changing) => {
        await changing.tx('domains').select('relay_id');
        // On SQLite there is no concurrent writer.
        const other = engine === 'mariadb' ? scene.app.db.knex : changing.tx;
        await other('domains').update({ relay_id: ids[1] });
        const asked = { viewer: scene.marie, wanted: undefined, facts: undefined };
        return await carryOut(action, changing, asked, ids);
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
      const fields = { ids: ids.join('-'), confirmed: '1' };
      const { location } = await visitor.post('/smtp-servers/selected/removal', fields);
      assert.equal(location, '/smtp-servers');
      const { text } = await visitor.get('/smtp-servers');
      assert.match(text, /L’opération s’exécute en arrière-plan/);
    });
  });
}
