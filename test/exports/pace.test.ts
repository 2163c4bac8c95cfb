import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { mock } from 'node:test';
import { Pace, paceLimits } from '../../plugin/exports/pace.js';

describe('the pace of a client', () => {
  beforeEach(() => mock.timers.enable({ apis: ['Date', 'setInterval'] }));
  afterEach(() => mock.timers.reset());

  const cases: [what: string, bytes: number, everySeconds: number, end: number | undefined][] = [
    ['reads nothing', 0, 60, 60],
    ['reads a few bytes every 59 seconds', 16, 59, 60],
    ['reads 1 kB a second', 1000, 1, 60],
    ['reads 3 kB a second in bursts', 30_000, 10, 60],
    ['reads 64 kbit/s', 32_000, 4, undefined],
    ['reads 40 kbit/s, in steps of 6 seconds', 32_000, 6, undefined],
    ['is fast', 10_000_000, 1, undefined],
  ];
  for (const [what, bytes, everySeconds, end] of cases) {
    it(`is ${end === undefined ? 'never too slow' : `too slow after ${end} s`} when the client ${what}`, async () => {
      assert.equal(await endOf(bytes, everySeconds), end);
    });
  }

  it('excludes the time in which the file is made', async () => {
    let isTooSlow = false;
    const pace = new Pace(paceLimits, () => (isTooSlow = true));
    for (let chunk = 0; chunk < 10; chunk += 1) {
      await pace.waitFor(16, Promise.resolve());
      mock.timers.tick(60_000);
    }
    assert.equal(isTooSlow, false);
    assert.equal(pace.bytesPerSecond, Infinity);
  });
});

/** Reads this many bytes every so many seconds, for up to ten minutes; returns when it counts as too slow. */
async function endOf(bytes: number, everySeconds: number): Promise<number | undefined> {
  const ends: number[] = [];
  const start = Date.now();
  const pace = new Pace(paceLimits, () => ends.push((Date.now() - start) / 1000));
  while (ends.length === 0 && Date.now() - start < 600_000) {
    const client = new EventEmitter();
    const waiting = pace.waitFor(bytes, once(client, 'drain'));
    for (let second = 0; second < everySeconds; second += 1) {
      mock.timers.tick(1000);
    }
    client.emit('drain');
    await waiting;
  }
  return ends[0];
}
