import { join } from 'node:path';
import { freePort, startProcess, temporaryFolder } from '../support/processes.js';
import { nodeOf, processorMicroseconds } from './demo.js';
import { environment } from './installation.js';
import { sized } from './options.js';

const rounds = sized(12, 1);

/** µs of processor time of each tree's starts to its first page, on a database that is there already. */
export async function costsOfStarts(
  trees: readonly string[],
): Promise<readonly (readonly number[])[]> {
  const starts = trees.map((tree) => ({
    tree,
    folder: temporaryFolder('bench-start'),
    costs: [] as number[],
  }));
  for (const { tree, folder } of starts) {
    await costOfStart(tree, folder);
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const { tree, folder, costs } of round % 2 === 0 ? starts : starts.toReversed()) {
      costs.push(await costOfStart(tree, folder));
    }
  }
  return starts.map(({ costs }) => costs);
}

async function costOfStart(tree: string, folder: string): Promise<number> {
  const port = await freePort();
  const panel = await startProcess({
    name: tree,
    command: nodeOf(tree),
    args: [
      '--max-semi-space-size=8',
      join(tree, 'dist/plugin/cli.js'),
      'start',
      `--port=${port}`,
      `--data=${join(folder, 'data')}`,
    ],
    logFile: join(folder, 'start.log'),
    isReady: async () => await shows(`http://127.0.0.1:${port}/sign-in`),
    env: { ...process.env, ...environment },
  });
  const cost = processorMicroseconds(panel.pid);
  await panel.stop();
  return cost;
}

async function shows(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
