import assert from 'node:assert/strict';
import { ConflictError, StorageUnavailableError } from '../../plugin/errors.js';
import { JobClaims } from '../../plugin/jobs/claims.js';
import { leaseMs } from '../../plugin/jobs/lease.js';
import { engines } from '../support/app.js';
import { JobScene, chunkSize, numbersTo } from './counting.js';
import { useOpened } from '../support/opened.js';

for (const engine of engines) {
  describe(`jobs that meet errors on ${engine}`, () => {
    const scene = useOpened(() => JobScene.open(engine));
    beforeEach(() => scene.clear());

    /** Claims a job this often by processes that are gone before they end a chunk. */
    const interrupt = async (id: number, times: number): Promise<void> => {
      const claims = new JobClaims(scene.app.db, () => scene.now);
      for (let n = 0; n < times; n += 1) {
        assert.equal((await claims.next())?.id, id);
        scene.now += leaseMs + 1;
      }
    };

    it('are retried after growing pauses on unexpected errors, then fail without a partial chunk', async () => {
      const id = await scene.start();
      let tries = 0;
      scene.counting.whileWriting = async (from) => {
        if (from === chunkSize) {
          tries += 1;
          throw new Error('unforeseen');
        }
      };
      const pauses: number[] = [];
      while ((await scene.find(id)).state !== 'failed') {
        await scene.work();
        const { next_attempt_at: next } = await scene.app.db.knex('jobs').where({ id }).first();
        if (next !== null) {
          pauses.push((next - scene.now) / 1000);
          scene.now = next;
        }
      }
      assert.equal(tries, 5);
      assert.deepEqual(pauses, [5, 30, 120, 600]);
      const job = await scene.find(id);
      assert.deepEqual([job.done, job.failure?.key], [chunkSize, 'jobs.failures.unexpected']);
      assert.deepEqual(await scene.counted(), numbersTo(chunkSize));
    });

    it('have all retries also after interruptions', async () => {
      const id = await scene.start();
      await interrupt(id, 6);
      let tries = 0;
      scene.counting.whileWriting = async () => {
        tries += 1;
        throw new Error('unforeseen');
      };
      while ((await scene.find(id)).state !== 'failed') {
        await scene.work();
        scene.now += 10 * leaseMs;
      }
      assert.equal(tries, 5);
      assert.equal((await scene.find(id)).failure?.key, 'jobs.failures.unexpected');
    });

    it('have all retries again after a successful chunk', async () => {
      const id = await scene.start({ to: 80 });
      let fails = true;
      scene.counting.whileWriting = async () => {
        fails = !fails;
        if (!fails) {
          throw new Error('unforeseen');
        }
      };
      while (['queued', 'running'].includes((await scene.find(id)).state)) {
        await scene.work();
        scene.now += 5000;
      }
      assert.deepEqual(await scene.counted(), numbersTo(80));
    });

    it('fail at once when a change is refused for good', async () => {
      const id = await scene.start();
      scene.counting.beforeReading = async (from) => {
        if (from === chunkSize) {
          throw new ConflictError('jobs.errors.over');
        }
      };
      await scene.work();
      const job = await scene.find(id);
      assert.deepEqual([job.state, job.done, job.failure?.key], ['failed', 10, 'jobs.errors.over']);
    });

    it('wait without counting an attempt while nothing can be stored', async () => {
      const id = await scene.start();
      let outages = 0;
      scene.counting.whileWriting = async () => {
        outages += 1;
        if (outages < 9) {
          throw new StorageUnavailableError('errors.storage-unavailable');
        }
      };
      await scene.work();
      assert.equal((await scene.find(id)).state, 'done');
      assert.deepEqual(await scene.counted(), numbersTo(35));
    });

    it('fail with a reason when the account can no longer sign in', async () => {
      const id = await scene.start();
      const suspended = scene.app.db.knex('accounts').where({ id: scene.marie.accountId });
      scene.counting.whileWriting = async (_from, { tx }) => {
        await tx('accounts').where({ id: scene.marie.accountId }).update({ suspended: 1 });
      };
      await scene.work();
      await suspended.update({ suspended: 0 });
      const job = await scene.find(id);
      assert.deepEqual([job.done, job.failure?.key], [chunkSize, 'jobs.failures.account']);
    });

    it('fail with a sentence after repeated starts without a finished chunk', async () => {
      const id = await scene.start();
      await interrupt(id, 20);
      await scene.work();
      assert.equal((await scene.find(id)).failure?.key, 'jobs.failures.interrupted');
    });
  });
}
