import assert from 'node:assert/strict';
import { JobClaims } from '../../plugin/jobs/claims.js';
import { ClaimLostError, leaseMs } from '../../plugin/jobs/lease.js';
import { engines } from '../support/app.js';
import { JobScene, chunkSize, numbersTo } from './counting.js';
import { useOpened } from '../support/opened.js';

for (const engine of engines) {
  describe(`claimed jobs on ${engine}`, () => {
    const scene = useOpened(() => JobScene.open(engine));
    beforeEach(() => scene.clear());

    it('continue after their process is gone, whose claim is then void', async () => {
      const id = await scene.start();
      const dead = scene.process().jobWorker;
      scene.counting.whileWriting = async (from) => {
        if (from === chunkSize) {
          throw new ClaimLostError();
        }
      };
      await dead.drain();
      assert.equal((await scene.find(id)).state, 'running');
      scene.counting.whileWriting = async () => {};
      await scene.work();
      assert.equal((await scene.find(id)).done, chunkSize, 'the lease still counts');

      const claims = new JobClaims(scene.app.db, () => scene.now);
      const { claim } = await scene.app.db.knex('jobs').where({ id }).first();
      const old = await claims.current({ id, claim });
      scene.now += leaseMs + 1;
      await scene.work();
      assert.equal((await scene.find(id)).state, 'done');
      assert.deepEqual(await scene.counted(), numbersTo(35));
      await assert.rejects(claims.current(old), ClaimLostError);
      await assert.rejects(
        scene.app.db.transaction((tx) => claims.hold(tx, old)),
        ClaimLostError,
      );
      await claims.fail(old, { key: 'jobs.failures.unexpected' });
      assert.equal((await scene.find(id)).state, 'done');
    });

    it('write nothing in a chunk whose claim was lost meanwhile', async () => {
      const id = await scene.start();
      let stolen = false;
      scene.counting.beforeReading = async (from) => {
        if (from === chunkSize && !stolen) {
          stolen = true;
          await scene.endLeases();
          await scene.work();
        }
      };
      await scene.work();
      assert.equal((await scene.find(id)).state, 'done');
      assert.deepEqual(await scene.counted(), numbersTo(35));
    });

    it('last as long as they are renewed', async () => {
      await scene.start();
      const claims = new JobClaims(scene.app.db, () => scene.now);
      const claimed = await claims.next();
      assert.ok(claimed);
      for (let n = 0; n < 5; n += 1) {
        scene.now += leaseMs / 2;
        await claims.renew(claimed);
        assert.equal(await claims.hasNext(), false);
      }
      scene.now += leaseMs + 1;
      assert.equal(await claims.hasNext(), true);
    });

    it('return to the queue when their process stops, and continue in another', async () => {
      const id = await scene.start();
      const { jobWorker } = scene.process();
      scene.counting.whileWriting = async () => jobWorker.stop();
      await jobWorker.drain();
      const job = await scene.find(id);
      assert.deepEqual([job.state, job.done], ['queued', chunkSize]);
      scene.counting.whileWriting = async () => {};
      await scene.work();
      assert.deepEqual(await scene.counted(), numbersTo(35));
    });
  });
}
