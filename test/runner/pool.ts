import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { programFolder } from '../../plugin/runtime/paths.js';
import { findSources } from '../../plugin/runtime/threads.js';
import { startMariadb } from '../support/mariadb.js';
import type { Group } from './groups.js';
import type { FromWorker, ToWorker } from './messages.js';
import type { Outcome } from './outcome.js';
import { splitOutput } from './split-output.js';

/** Node's compile cache, for threads and processes of tests, which load the same modules. */
const compileCache = join(programFolder, 'node_modules', '.cache', 'relais-tests');

/** Ends what hangs while there is time to report it. */
const longestRunMs = 70 * 60_000;

/** Receives a file's output and outcome when it ends. */
export type Take = (output: string, outcome: Outcome) => void;

/**
 * Runs groups of files in several processes, each of which takes the next group when it has finished one, and ends after
 * one that shares something.
 */
export async function runGroups(
  groups: readonly Group[],
  processes: number,
  take: Take,
): Promise<void> {
  const queue = [...groups];
  const deadline = AbortSignal.timeout(longestRunMs);
  await Promise.all(Array.from({ length: processes }, () => workOff(queue, deadline, take)));
  queue
    .flatMap(({ files }) => files)
    .forEach((file) => take('', notRun(file, 'No time was left.')));
}

/** Replaces processes that exit, until the queue is empty. */
async function workOff(queue: Group[], deadline: AbortSignal, take: Take): Promise<void> {
  while (queue.length > 0 && !deadline.aborted) {
    await runWorker(queue, deadline, take);
  }
}

async function runWorker(queue: Group[], deadline: AbortSignal, take: Take): Promise<void> {
  const worker = fork(fileURLToPath(new URL('worker.ts', import.meta.url)), process.argv.slice(2), {
    execArgv: ['--import', findSources],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
  });
  const kill = (): boolean => worker.kill('SIGKILL');
  deadline.addEventListener('abort', kill);
  const running = new Set<string>();
  const printed = splitOutput(worker.stdout, (output, outcome) => {
    running.delete(outcome.file);
    take(output, outcome);
  });
  worker.on('message', (want: FromWorker) => {
    if (want === 'mariadb') {
      void lendMariadb(worker);
    } else {
      handOut(hasShared ? undefined : queue.shift());
    }
  });
  let hasShared = false;
  const handOut = (group: Group | undefined): void => {
    if (group === undefined) {
      worker.disconnect();
      return;
    }
    hasShared = group.isShared;
    group.files.forEach((file) => running.add(file));
    send(worker, { run: group.files });
  };
  const [rest] = await Promise.all([printed, once(worker, 'exit')]);
  deadline.removeEventListener('abort', kill);
  const why = deadline.aborted ? 'No time was left.' : 'Its process ended without a word.';
  [...running].forEach((file, index) => take(index === 0 ? rest : '', notRun(file, why)));
}

/** One server is enough: each test has a database of its own. */
async function lendMariadb(worker: ChildProcess): Promise<void> {
  const { socket, port } = await startMariadb();
  send(worker, { mariadb: { socket, port } });
}

function send(worker: ChildProcess, message: ToWorker): void {
  if (worker.connected) {
    worker.send(message);
  }
}

function notRun(file: string, why: string): Outcome {
  const complaints = [`Failed: ${file}\n${why}\n`];
  return { file, seconds: 0, processorSeconds: 0, heapMb: 0, passed: 0, failed: 1, complaints };
}
