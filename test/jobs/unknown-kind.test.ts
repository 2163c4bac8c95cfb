import assert from 'node:assert/strict';
import { JobScene } from './counting.js';
import { useOpened } from '../support/opened.js';

describe('a job of an unknown kind', () => {
  const scene = useOpened(() => JobScene.open('sqlite'));

  it('fails at once with a reason', async () => {
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
