import assert from 'node:assert/strict';
import { carryOut } from '../../../plugin/tables/actions/decide.js';
import { engines } from '../../support/app.js';
import { addDomain } from '../../support/fixtures.js';
import { Scene } from './scene.js';

for (const engine of engines) {
  describe(`the removal of several SMTP servers on ${engine}`, () => {
    let scene: Scene;
    beforeEach(async () => {
      scene = await Scene.open(engine);
      await addDomain(scene.app, 'marie.example', 'marie');
    });
    afterEach(() => scene.close());

    it('leaves one that a domain has begun to relay through since the transaction began', async () => {
      const ids = [
        await scene.add(scene.marie, { title: 'First' }),
        await scene.add(scene.marie, { title: 'Second' }),
      ];
      const [action] = scene.app.features.actionsOnServers.actions;
      assert.ok(action !== undefined);
      const result = await scene.app.changes.make(scene.marie, async (changing) => {
        await changing.tx('domains').select('relay_id');
        // On SQLite nobody else writes meanwhile.
        const other = engine === 'mariadb' ? scene.app.db.knex : changing.tx;
        await other('domains').update({ relay_id: ids[1] });
        const asked = { viewer: scene.marie, wanted: undefined, facts: undefined };
        return await carryOut(action, changing, asked, ids);
      });
      assert.deepEqual([result.changed, result.refused], [1, 1]);
      assert.deepEqual(await scene.app.db.knex('smtp_servers').pluck('title'), ['Second']);
    });
  });
}
