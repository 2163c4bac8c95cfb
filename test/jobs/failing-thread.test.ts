import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { until } from '../support/processes.js';
import { JobScene } from './counting.js';
import { useOpened } from '../support/opened.js';

const attempts = 4;
const stepMs = 500;

describe('a failing job thread', () => {
  const scene = useOpened(() => JobScene.open('sqlite'));
  beforeEach(() => scene.clear());

  it('does not prevent the panel from stopping', async () => {
    await scene.start();
    const opened: Worker[] = [];
    const { jobThread } = scene.process(scene.app.db, () => {
      const thread = new Worker(failsWhenStopped, { eval: true });
      opened.push(thread);
      return thread;
    });
    jobThread.start();
    await until(() => opened.length === 1);
    await jobThread.stop();
    assert.equal(opened[0]?.threadId, -1, 'it has ended');
  });

  it('is restarted after growing pauses', async () => {
    await scene.start();
    const startedAt: number[] = [];
    const { jobThread } = scene.process(scene.app.db, () => {
      startedAt.push(scene.now);
      return new Worker('throw new Error("cannot open")', { eval: true });
    });
    jobThread.start();
    while (startedAt.length < attempts) {
      await sleep(5);
      scene.now += stepMs;
      jobThread.wake();
    }
    await jobThread.stop();
    const pauses = startedAt.slice(1).map((at, n) => at - (startedAt[n] ?? 0));
    assert.ok(
      [4000, 8000, 16_000].every((least, n) => (pauses[n] ?? 0) >= least),
      pauses.join(', '),
    );
  });
});

const failsWhenStopped = `
  require('node:worker_threads').parentPort.once('message', () => {
    throw new Error('cannot end');
  });
`;
