import assert from 'node:assert/strict';
import { JobScene } from './counting.js';

describe('a job of a kind that nobody has', () => {
  let scene: JobScene;
  before(async () => {
    scene = await JobScene.open('sqlite');
  });
  after(() => scene.close());

  it('fails at once, and says so', async () => {
    const id = await scene.start();
    await scene.app.db.knex('jobs').where({ id }).update({ kind: 'none' });
    const { jobs, jobWorker } = scene.process();
    await jobWorker.drain();
    const { state, failure } = await jobs.find(scene.marie, id);
    assert.deepEqual(
      [state, failure],
      ['failed', { key: 'jobs.failures.kind', args: { kind: 'none' } }],
    );
  });
});
