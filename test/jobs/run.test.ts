import assert from 'node:assert/strict';
import { ConflictError, StorageUnavailableError } from '../../plugin/errors.js';
import { JobClaims } from '../../plugin/jobs/claims.js';
import type { Job } from '../../plugin/jobs/job.js';
import { ClaimLostError, leaseMs } from '../../plugin/jobs/lease.js';
import { engines } from '../support/app.js';
import { JobScene, chunkSize, numbersTo } from './counting.js';
import { useOpened } from '../support/opened.js';

for (const engine of engines) {
  describe(`jobs on ${engine}`, () => {
    const scene = useOpened(() => JobScene.open(engine));
    beforeEach(() => scene.clear());

    const work = () => scene.process().jobWorker.drain();
    const found = (id: number): Promise<Job> => scene.process().jobs.find(scene.marie, id);

    /** Claims a job this often by processes that are gone before they end a chunk. */
    const interrupt = async (id: number, times: number): Promise<void> => {
      const claims = new JobClaims(scene.app.db, () => scene.now);
      for (let n = 0; n < times; n += 1) {
        assert.equal((await claims.next())?.id, id);
        scene.now += leaseMs + 1;
      }
    };

    it('run chunk by chunk, with progress and a result', async () => {
      const id = await scene.start();
      const seen: number[] = [];
      scene.counting.beforeReading = async () => {
        seen.push((await found(id)).done);
      };
      assert.equal((await found(id)).state, 'queued');
      await work();
      const job = await found(id);
      assert.deepEqual([job.state, job.done, job.total], ['done', 35, 35]);
      assert.deepEqual(job.result, { changed: 35, unchanged: 0, refused: 0, refusals: [] });
      assert.deepEqual(seen, [0, 10, 20, 30, 35]);
      assert.deepEqual(await scene.counted(), numbersTo(35));
    });

    it('record changes under the name of who started them, in one group', async () => {
      await scene.start({ to: 25 });
      await work();
      const entries = await scene.app.db
        .knex('audit_entries')
        .distinct('actor', 'origin', 'group_id');
      assert.equal(entries.length, 1);
      assert.deepEqual([entries[0].actor, entries[0].origin], ['marie', '198.51.100.7']);
    });

    it('are claimed by one of many concurrent processes', async () => {
      for (let n = 0; n < 12; n += 1) {
        await scene.start({ name: `count-${n}`, to: 20 }, n % 2 === 0 ? scene.marie : scene.paul);
      }
      await Promise.all(Array.from({ length: 4 }, work));
      for (let n = 0; n < 12; n += 1) {
        assert.deepEqual(await scene.counted(`count-${n}`), numbersTo(20));
      }
    });

    it('of one account run one after the other, without holding up others', async () => {
      const first = await scene.start({ name: 'first', to: 40 });
      const second = await scene.start({ name: 'second' });
      const other = await scene.start({ name: 'other', to: 10 }, scene.paul);
      let states: string[] = [];
      scene.counting.beforeReading = async (from) => {
        const jobs = await scene.app.db.knex('jobs').orderBy('id');
        const stateOf = (id: number): string => jobs.find((job) => job.id === id).state;
        if (from === 40) {
          states = [first, second, other].map(stateOf);
        }
      };
      await work();
      assert.deepEqual(states, ['running', 'queued', 'done']);
      assert.equal((await found(second)).state, 'done');
    });

    it('let others run between chunks, although SQLite answers synchronously', async () => {
      await scene.start({ to: 100 });
      let turns = 0;
      const counting = setInterval(() => (turns += 1), 0);
      await work();
      clearInterval(counting);
      assert.ok(turns >= 10, `${turns} turns in 10 chunks`);
    });

    it('continue after their process is gone, whose claim is then void', async () => {
      const id = await scene.start();
      const dead = scene.process().jobWorker;
      scene.counting.whileWriting = async (from) => {
        if (from === chunkSize) {
          throw new ClaimLostError();
        }
      };
      await dead.drain();
      assert.equal((await found(id)).state, 'running');
      scene.counting.whileWriting = async () => {};
      await work();
      assert.equal((await found(id)).done, chunkSize, 'the lease still counts');

      const claims = new JobClaims(scene.app.db, () => scene.now);
      const { claim } = await scene.app.db.knex('jobs').where({ id }).first();
      const old = await claims.current({ id, claim });
      scene.now += leaseMs + 1;
      await work();
      assert.equal((await found(id)).state, 'done');
      assert.deepEqual(await scene.counted(), numbersTo(35));
      await assert.rejects(claims.current(old), ClaimLostError);
      await assert.rejects(
        scene.app.db.transaction((tx) => claims.hold(tx, old)),
        ClaimLostError,
      );
      await claims.fail(old, { key: 'jobs.failures.unexpected' });
      assert.equal((await found(id)).state, 'done');
    });

    it('write nothing in a chunk whose claim was lost meanwhile', async () => {
      const id = await scene.start();
      let stolen = false;
      scene.counting.beforeReading = async (from) => {
        if (from === chunkSize && !stolen) {
          stolen = true;
          await scene.endLeases();
          await work();
        }
      };
      await work();
      assert.equal((await found(id)).state, 'done');
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

    it('are cancelled at the end of a chunk, and keep what is done', async () => {
      const id = await scene.start();
      scene.counting.beforeReading = async (from) => {
        if (from === 2 * chunkSize) {
          const asked = await scene.process().jobs.cancel(scene.marie, id);
          assert.deepEqual([asked.state, asked.isCancelAsked], ['running', true]);
        }
      };
      await work();
      const job = await found(id);
      assert.deepEqual([job.state, job.done], ['cancelled', 30]);
      assert.deepEqual(await scene.counted(), numbersTo(30));
      await assert.rejects(scene.process().jobs.cancel(scene.marie, id), ConflictError);
    });

    it('are cancelled at once while they wait', async () => {
      const id = await scene.start();
      assert.equal((await scene.process().jobs.cancel(scene.marie, id)).state, 'cancelled');
      await work();
      assert.deepEqual(await scene.counted(), []);
    });

    it('return to the queue when their process stops, and continue in another', async () => {
      const id = await scene.start();
      const { jobWorker } = scene.process();
      scene.counting.whileWriting = async () => jobWorker.stop();
      await jobWorker.drain();
      const job = await found(id);
      assert.deepEqual([job.state, job.done], ['queued', chunkSize]);
      scene.counting.whileWriting = async () => {};
      await work();
      assert.deepEqual(await scene.counted(), numbersTo(35));
    });

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
      while ((await found(id)).state !== 'failed') {
        await work();
        const { next_attempt_at: next } = await scene.app.db.knex('jobs').where({ id }).first();
        if (next !== null) {
          pauses.push((next - scene.now) / 1000);
          scene.now = next;
        }
      }
      assert.equal(tries, 5);
      assert.deepEqual(pauses, [5, 30, 120, 600]);
      const job = await found(id);
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
      while ((await found(id)).state !== 'failed') {
        await work();
        scene.now += 10 * leaseMs;
      }
      assert.equal(tries, 5);
      assert.equal((await found(id)).failure?.key, 'jobs.failures.unexpected');
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
      while (['queued', 'running'].includes((await found(id)).state)) {
        await work();
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
      await work();
      const job = await found(id);
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
      await work();
      assert.equal((await found(id)).state, 'done');
      assert.deepEqual(await scene.counted(), numbersTo(35));
    });

    it('fail with a reason when the account can no longer sign in', async () => {
      const id = await scene.start();
      const suspended = scene.app.db.knex('accounts').where({ id: scene.marie.accountId });
      scene.counting.whileWriting = async (_from, { tx }) => {
        await tx('accounts').where({ id: scene.marie.accountId }).update({ suspended: 1 });
      };
      await work();
      await suspended.update({ suspended: 0 });
      const job = await found(id);
      assert.deepEqual([job.done, job.failure?.key], [chunkSize, 'jobs.failures.account']);
    });

    it('fail with a sentence after repeated starts without a finished chunk', async () => {
      const id = await scene.start();
      await interrupt(id, 20);
      await work();
      assert.equal((await found(id)).failure?.key, 'jobs.failures.interrupted');
    });

    it('do not exist for other accounts, and move with their owner to another reseller', async () => {
      const id = await scene.start();
      await assert.rejects(scene.process().jobs.find(scene.paul, id), { status: 404 });
      await assert.rejects(scene.process().jobs.cancel(scene.paul, id), { status: 404 });
      const resellerOf = async () =>
        (await scene.app.db.knex('jobs').where({ id }).first('reseller_id')).reseller_id;
      assert.equal(await resellerOf(), scene.north);
      await scene.app.changes.make(scene.app.operator, (changing) =>
        scene.app.panel.events.emit(
          {
            kind: 'account-reseller-changed',
            accountId: scene.marie.accountId,
            resellerId: scene.south,
          },
          changing,
        ),
      );
      assert.equal(await resellerOf(), scene.south);
    });
  });
}
