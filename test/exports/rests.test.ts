import assert from 'node:assert/strict';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { restsWhileBusy } from '../../plugin/exports/rests.js';

const { signal } = new AbortController();

/** Whether the work is still pending after a turn of the event loop. */
async function isDelayed(work: Promise<void>): Promise<boolean> {
  const isFirst = await Promise.race([work.then(() => true), turn(false)]);
  await work;
  return !isFirst;
}

function beBusy(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe('an export', () => {
  it('rests while the process is busy, and only then', async () => {
    const rest = restsWhileBusy();
    assert.equal(await isDelayed(rest(500, signal)), false);
    beBusy(200);
    await sleep(1);
    assert.equal(await isDelayed(rest(1000, signal)), true);
    await sleep(500);
    assert.equal(await isDelayed(rest(1500, signal)), false);
  });

  it('rests longer after more rows', async () => {
    const rest = restsWhileBusy();
    beBusy(200);
    await sleep(1);
    assert.equal(await isDelayed(rest(0, signal)), false);
    const start = performance.now();
    await rest(4000, signal);
    // Timers may fire a millisecond early.
    assert.ok(performance.now() - start >= 319);
  });

  it('stops resting when it is aborted', async () => {
    const rest = restsWhileBusy();
    beBusy(200);
    await sleep(1);
    await assert.rejects(rest(500, AbortSignal.abort()), { name: 'AbortError' });
  });
});
