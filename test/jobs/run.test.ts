import assert from 'node:assert/strict';
import { ConflictError } from '../../plugin/errors.js';
import { noResult } from '../../plugin/jobs/job.js';
import { engines } from '../support/app.js';
import { JobScene, chunkSize, numbersTo } from './counting.js';
import { useOpened } from '../support/opened.js';
import { until } from '../support/processes.js';

for (const engine of engines) {
  describe(`jobs on ${engine}`, () => {
    const scene = useOpened(() => JobScene.open(engine));
    beforeEach(() => scene.clear());

    it('run chunk by chunk, with progress and a result', async () => {
      const id = await scene.start();
      const seen: number[] = [];
      scene.counting.beforeReading = async () => {
        seen.push((await scene.find(id)).done);
      };
      assert.equal((await scene.find(id)).state, 'queued');
      await scene.work();
      const job = await scene.find(id);
      assert.deepEqual([job.state, job.done, job.total], ['done', 35, 35]);
      assert.deepEqual(job.result, { ...noResult, changed: 35 });
      assert.deepEqual(seen, [0, 10, 20, 30, 35]);
      assert.deepEqual(await scene.counted(), numbersTo(35));
    });

    it('record changes under the name of who started them, in one group', async () => {
      await scene.start({ to: 25 });
      await scene.work();
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
      await Promise.all(Array.from({ length: 4 }, () => scene.work()));
      for (let n = 0; n < 12; n += 1) {
        assert.deepEqual(await scene.counted(`count-${n}`), numbersTo(20));
      }
    });

    it('of one account run one after the other, without holding up others', async () => {
      const first = await scene.start({ name: 'first', to: 40 });
      const second = await scene.start({ name: 'second' });
      const other = await scene.start({ name: 'other', to: 10 }, scene.paul);
      let states: string[] = [];
      const stateOf = async (id: number): Promise<string> =>
        (await scene.app.db.knex('jobs').where({ id }).first('state')).state;
      scene.counting.beforeReading = async (from) => {
        if (from === 40) {
          // The other account's job ends while this one runs, however long either takes.
          await until(async () => (await stateOf(other)) === 'done');
          states = await Promise.all([first, second, other].map(stateOf));
        }
      };
      await scene.work();
      assert.deepEqual(states, ['running', 'queued', 'done']);
      assert.equal((await scene.find(second)).state, 'done');
    });

    it('let others run between chunks, although SQLite answers synchronously', async () => {
      await scene.start({ to: 100 });
      let turns = 0;
      const counting = setInterval(() => (turns += 1), 0);
      await scene.work();
      clearInterval(counting);
      assert.ok(turns >= 10, `${turns} turns in 10 chunks`);
    });

    it('are cancelled at the end of a chunk, and keep what is done', async () => {
      const id = await scene.start();
      scene.counting.beforeReading = async (from) => {
        if (from === 2 * chunkSize) {
          const asked = await scene.process().jobs.cancel(scene.marie, id);
          assert.deepEqual([asked.state, asked.isCancelAsked], ['running', true]);
        }
      };
      await scene.work();
      const job = await scene.find(id);
      assert.deepEqual([job.state, job.done], ['cancelled', 30]);
      assert.deepEqual(await scene.counted(), numbersTo(30));
      await assert.rejects(scene.process().jobs.cancel(scene.marie, id), ConflictError);
    });

    it('are cancelled at once while they wait', async () => {
      const id = await scene.start();
      assert.equal((await scene.process().jobs.cancel(scene.marie, id)).state, 'cancelled');
      await scene.work();
      assert.deepEqual(await scene.counted(), []);
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
