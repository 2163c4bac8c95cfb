import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Writes the longest pause of a process's event loop to a file when it is asked, and starts over. Time that the thread
 * waited for a processor is left out: that is the neighbours'.
 */
const script = (file: string): string => `
  import { readFileSync, renameSync, writeFileSync } from 'node:fs';
  import { isMainThread } from 'node:worker_threads';
  if (isMainThread) {
    // Of the main thread; sched-stats.rst: on the processor, waiting for one, in ns.
    const waitedMs = () => Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[1]) / 1e6;
    let [longest, last, waited] = [0, performance.now(), waitedMs()];
    setInterval(() => {
      const [now, later] = [performance.now(), waitedMs()];
      longest = Math.max(longest, now - last - (later - waited) - 1);
      [last, waited] = [now, later];
    }, 1).unref();
    process.on('SIGUSR2', () => {
      writeFileSync(${JSON.stringify(`${file}.new`)}, String(longest));
      renameSync(${JSON.stringify(`${file}.new`)}, ${JSON.stringify(file)});
      longest = 0;
    });
  }
`;

/** Arguments of a Node process whose event loop is watched. */
export function watchingArguments(file: string): readonly string[] {
  return ['--import', `data:text/javascript,${encodeURIComponent(script(file))}`];
}

/** @returns the longest pause in ms since the last call. */
export async function longestPauseMs(pid: number, file: string): Promise<number> {
  rmSync(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  for (;;) {
    await sleep(20);
    try {
      return Number(readFileSync(file, 'utf8'));
    } catch {
      // Not written yet.
    }
  }
}
