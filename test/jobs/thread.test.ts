import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { engines, startTestWeb } from '../support/app.js';
import { until } from '../support/processes.js';
import { Visitor } from '../support/visitor.js';
import { JobScene } from './counting.js';
import { addManyServers, startRemoval } from './many-servers.js';
import { useOpened } from '../support/opened.js';

const chunk = 1000;
const chunks = 4;
const rows = chunks * chunk;
/** Between two pages, so that the thread gets most of the processor's time. */
const pauseMs = 10;

for (const engine of engines) {
  describe(`the job thread on ${engine}`, () => {
    const scene = useOpened(() => JobScene.open(engine));
    beforeEach(() => scene.clear());

    const jobOf = (id: number) => scene.app.features.jobs.find(scene.marie, id);

    it('runs a job while pages are served between all of its chunks', async () => {
      const { app, marie } = scene;
      const web = await startTestWeb(app);
      const visitor = await Visitor.signedIn(web, app, marie.accountId);
      const id = await startRemoval(app, marie, await addManyServers(app, marie, rows));
      const { jobThread } = app.features;
      jobThread.start();
      const seen: number[] = [];
      while ((await jobOf(id)).state !== 'done') {
        const { status, text } = await visitor.get(`/jobs/${id}`);
        assert.equal(status, 200);
        seen.push(Number(/<progress max="\d+" value="(\d+)"/.exec(text)?.[1]));
        await sleep(pauseMs);
      }
      await jobThread.stop();
      await web.stop();
      const during = seen.filter((done) => done > 0 && done < rows);
      assert.ok(during.length > 0);
      assert.deepEqual(
        seen,
        seen.toSorted((a, b) => a - b),
        'progress only grows',
      );
      assert.ok(seen.length >= chunks, `${seen.length} pages in ${chunks} chunks`);
      assert.equal((await jobOf(id)).result.changed, rows);
    });

    it('finishes the current chunk when the panel stops, and continues after the next start', async () => {
      const { app, marie } = scene;
      const id = await startRemoval(app, marie, await addManyServers(app, marie, rows));
      const { jobThread } = app.features;
      jobThread.start();
      await until(async () => (await jobOf(id)).done > 0);
      await jobThread.stop();
      const stopped = await jobOf(id);
      assert.deepEqual([stopped.state, stopped.done % chunk], ['queued', 0]);
      assert.ok(stopped.done < rows);

      jobThread.start();
      await until(async () => (await jobOf(id)).state === 'done');
      await jobThread.stop();
      assert.equal((await jobOf(id)).result.changed, rows);
    });

    it('runs a job that starts meanwhile without waiting for its next look', async () => {
      const { app, marie, paul } = scene;
      const { jobThread } = app.features;
      jobThread.start();
      const first = await startRemoval(app, marie, await addManyServers(app, marie, 200));
      const second = await startRemoval(app, paul, await addManyServers(app, paul, 200));
      for (const [id, owner] of [
        [first, marie],
        [second, paul],
      ] as const) {
        await until(async () => (await app.features.jobs.find(owner, id)).state === 'done');
      }
      await jobThread.stop();
    });
  });
}
