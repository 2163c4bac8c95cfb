import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** The share of its time above which this process counts as busy. */
const busyShare = 0.5;
const leastObservedMs = 100;
const restMsPerRow = 0.08;
const longestRestMs = 1000;

/**
 * Pages come first. Lowering an export thread's priority does not help them where a database server reads for it, so
 * while this process is busy, an export rests between chunks: 12,500 rows a second.
 *
 * @returns a function that waits, if needed, before the next chunk.
 */
export function restsWhileBusy(): (rowsDone: number, signal: AbortSignal) => Promise<void> {
  let since = performance.eventLoopUtilization();
  let isBusy = false;
  let rowsBefore = 0;
  return async (rowsDone, signal) => {
    const { utilization, active, idle } = performance.eventLoopUtilization(since);
    if (active + idle > leastObservedMs) {
      isBusy = utilization > busyShare;
      since = performance.eventLoopUtilization();
    }
    const restMs = Math.min((rowsDone - rowsBefore) * restMsPerRow, longestRestMs);
    rowsBefore = rowsDone;
    if (isBusy && restMs >= 1) {
      await sleep(restMs, undefined, { signal });
    }
  };
}
