import assert from 'node:assert/strict';
import { JobClaims } from '../../plugin/jobs/claims.js';
import { engines } from '../support/app.js';
import { JobScene, numbersTo } from './counting.js';
import { useOpened } from '../support/opened.js';

const workers = 4;
const jobsOfEach = 5;

for (const engine of engines) {
  describe(`the turns of an account’s jobs on ${engine}`, () => {
    const scene = useOpened(() => JobScene.open(engine));
    beforeEach(() => scene.clear());

    /** Starts jobs of Marie, Paul and the command line. @returns their names. */
    async function startMany(): Promise<readonly string[]> {
      const { marie, paul, app } = scene;
      const names: string[] = [];
      for (let n = 0; n < jobsOfEach; n += 1) {
        for (const owner of [marie, paul, app.operator]) {
          const name = `${owner.login}-${n}`;
          await scene.start({ name, to: 25 }, owner);
          names.push(name);
        }
      }
      return names;
    }

    it('are taken one at a time, however many workers claim', async () => {
      await startMany();
      const claims = Array.from(
        { length: workers },
        () => new JobClaims(scene.app.db, () => scene.now),
      );
      const claimed = await Promise.all(claims.map((each) => each.next()));
      const actors = claimed.flatMap((each) => (each === undefined ? [] : [each.job.by.actor]));
      assert.equal(new Set(actors).size, actors.length, actors.join(', '));
      assert.ok(actors.length > 0);
    });

    it('never overlap with four workers, which finish all jobs', async () => {
      const names = await startMany();
      const overlapping: unknown[] = [];
      scene.counting.beforeReading = async () => {
        const running = scene.app.db.knex('jobs').where({ state: 'running' });
        overlapping.push(
          ...(await running.select('actor').groupBy('actor').havingRaw('COUNT(*) > 1')),
        );
      };
      await Promise.all(Array.from({ length: workers }, () => scene.work()));
      assert.deepEqual(overlapping, []);
      for (const name of names) {
        assert.deepEqual(await scene.counted(name), numbersTo(25), name);
      }
    });
  });
}
