import assert from 'node:assert/strict';
import { Viewers } from '../../plugin/panel/standalone/viewers.js';
import type { Viewer } from '../../plugin/viewing/viewer.js';
import { engines } from '../support/app.js';
import { addAccount } from '../support/fixtures.js';
import { JobScene, chunkSize, numbersTo } from './counting.js';
import { useOpened } from '../support/opened.js';

for (const engine of engines) {
  describe(`jobs of an account that somebody acts as, on ${engine}`, () => {
    const scene = useOpened(() => JobScene.open(engine));
    let root: number;
    before(async () => {
      root = await addAccount(scene.app, 'root', { role: 'administrator' });
    });
    beforeEach(() => scene.clear());

    const accounts = (id: number) => scene.app.db.knex('accounts').where({ id });

    async function asMarie(actorId: number): Promise<Viewer> {
      const { app, marie } = scene;
      const viewers = new Viewers(app.panel.accountStore, app.manifest.permissions);
      const session = { accountId: actorId, actingAsId: marie.accountId, origin: '198.51.100.9' };
      const viewer = await viewers.of(session);
      assert.equal(viewer?.actingAs, 'marie');
      return viewer;
    }

    /** Changes an account's row in the first chunk. */
    function inFirstChunk(id: number, change: object): void {
      scene.counting.whileWriting = async (from, { tx }) => {
        if (from === 0) {
          await tx('accounts').where({ id }).update(change);
        }
      };
    }

    it('run with that account’s permissions, and record who acted', async () => {
      const id = await scene.start({}, await asMarie(root));
      const seen: Viewer[] = [];
      scene.counting.whileReading = (viewer) => void seen.push(viewer);
      await scene.work();
      assert.equal((await scene.find(id)).state, 'done');
      assert.deepEqual(await scene.counted(), numbersTo(35));
      for (const { permissions, scope } of seen) {
        assert.deepEqual([permissions, scope], [scene.marie.permissions, scene.marie.scope]);
      }
      assert.equal(seen.length, 5);
      const entries = await scene.app.db
        .knex('audit_entries')
        .distinct('actor', 'acting_as', 'origin');
      assert.deepEqual(
        entries.map((entry) => Object.values(entry)),
        [['root', 'marie', '198.51.100.9']],
      );
    });

    const ends: readonly [string, (ids: { root: number; north: number }) => number, object][] = [
      ['the administrator is suspended', (ids) => ids.root, { suspended: 1 }],
      ['the administrator becomes a customer', (ids) => ids.root, { role: 'customer' }],
      ['the reseller is suspended', (ids) => ids.north, { suspended: 1 }],
    ];
    for (const [when, whose, change] of ends) {
      it(`fail with a sentence when ${when}`, async () => {
        const actorId = whose({ root, north: scene.north });
        const before = await accounts(actorId).first('suspended', 'role');
        const id = await scene.start({}, await asMarie(actorId));
        inFirstChunk(actorId, change);
        await scene.work();
        await accounts(actorId).update(before);
        const job = await scene.find(id);
        assert.deepEqual([job.state, job.done], ['failed', chunkSize]);
        assert.equal(job.failure?.key, 'jobs.failures.account');
        assert.deepEqual(await scene.counted(), numbersTo(chunkSize));
      });
    }

    it('fail with a sentence when the customer moves to another reseller', async () => {
      const { marie, north, south } = scene;
      const id = await scene.start({}, await asMarie(north));
      inFirstChunk(marie.accountId, { parent_id: south });
      await scene.work();
      await accounts(marie.accountId).update({ parent_id: north });
      const job = await scene.find(id);
      assert.deepEqual([job.done, job.failure?.key], [chunkSize, 'jobs.failures.account']);
    });
  });
}
