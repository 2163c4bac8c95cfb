import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { restsWhileBusy } from '../../../plugin/tables/exports/rests.js';

const { signal } = new AbortController();

/** What a timer needs to be heard: nothing is waited for that is there already. */
async function isDelayed(work: () => Promise<void>): Promise<boolean> {
  let isDone = false;
  const working = work().then(() => (isDone = true));
  for (let n = 0; n < 10; n += 1) {
    await Promise.resolve();
  }
  const wasDelayed = !isDone;
  await working;
  return wasDelayed;
}

function beBusy(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe('an export', () => {
  it('rests while the process is busy, and no longer', async () => {
    const rest = restsWhileBusy();
    assert.equal(await isDelayed(() => rest(signal)), false);
    beBusy(200);
    await sleep(1);
    assert.equal(await isDelayed(() => rest(signal)), true);
    await sleep(500);
    assert.equal(await isDelayed(() => rest(signal)), false);
  });

  it('does not rest on when it is given up', async () => {
    const rest = restsWhileBusy();
    beBusy(200);
    await sleep(1);
    await assert.rejects(rest(AbortSignal.abort()), { name: 'AbortError' });
  });
});
