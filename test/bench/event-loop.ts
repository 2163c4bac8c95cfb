import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Writes the longest pause of a process's event loop to a file when it is asked, and starts over. */
const script = (file: string): string => `
  import { writeFileSync, renameSync } from 'node:fs';
  import { monitorEventLoopDelay } from 'node:perf_hooks';
  import { isMainThread } from 'node:worker_threads';
  if (isMainThread) {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    process.on('SIGUSR2', () => {
      writeFileSync(${JSON.stringify(`${file}.new`)}, String(delay.max / 1e6));
      renameSync(${JSON.stringify(`${file}.new`)}, ${JSON.stringify(file)});
      delay.reset();
    });
  }
`;

/** Arguments of a Node process whose event loop is watched. */
export function watchingArguments(file: string): readonly string[] {
  return ['--import', `data:text/javascript,${encodeURIComponent(script(file))}`];
}

/** @returns the longest pause in ms since the last call, the time between two looks included. */
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
