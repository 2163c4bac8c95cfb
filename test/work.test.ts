import assert from 'node:assert/strict';
import type { Running } from '../plugin/feature.js';
import { startFeatures } from '../plugin/features.js';
import { type TestApp, openTestApp } from './support/app.js';

describe('the background work of features', () => {
  let app: TestApp;
  let done: string[];

  before(async () => {
    app = await openTestApp('sqlite');
  });
  beforeEach(() => {
    done = [];
  });
  after(() => app.remove());

  const feature = (name: string, running: Partial<Running> = {}) => ({
    async start() {
      return {
        finish: async () => void done.push(`${name} finished`),
        stop: async () => void done.push(`${name} stopped`),
        ...running,
      };
    },
  });
  const start = async (...features: Parameters<typeof startFeatures>[2] & object) =>
    await startFeatures(app.features, app, features);

  it('is all stopped, although some of it fails to stop', async () => {
    let isOver = false;
    const slow = async (): Promise<void> => {
      await new Promise((resolve) => setImmediate(resolve));
      isOver = true;
    };
    const running = await start(
      feature('first', { finish: fails, stop: fails }),
      feature('second'),
      feature('third', { stop: slow }),
    );
    await assert.rejects(running.finish(), /This fails/);
    await assert.rejects(running.stop(), /This fails/);
    assert.ok(isOver);
    assert.deepEqual(done, ['second finished', 'third finished', 'second stopped']);
  });

  it('is stopped again when the rest cannot start', async () => {
    const begun = feature('begun');
    const other = feature('other', { stop: fails });
    await assert.rejects(start(begun, other, { start: fails }, feature('never')), /This fails/);
    assert.deepEqual(done, ['begun finished', 'other finished', 'begun stopped']);
  });
});

async function fails(): Promise<never> {
  await Promise.resolve();
  throw new Error('This fails.');
}
