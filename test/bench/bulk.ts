import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type App, openApp } from '../../plugin/app.js';
import type { EngineName } from '../../plugin/database/engine.js';
import { operator } from '../../plugin/viewing/operator.js';
import { changeAll, changeOneByOne } from './bulk-yardsticks.js';
import { longestPauseMs, watchingArguments } from './event-loop.js';
import { type Installation, type Target, createInstallation, startPanel } from './installation.js';
import { burst, cpuMicroseconds } from './load.js';
import { sized } from './options.js';
import { residentMegabytes } from './process-tree.js';
import { type Result, atLeast, atMost, median, say, tableOf } from './result.js';

const size = { domains: sized(100_000, 3000), mailboxesPerDomain: 1 };
/** Row by row takes long, so some of the rows stand for all. */
const rowByRow = sized(5000, 300);
const burstMs = sized(1000, 300);
const idleBursts = sized(6, 2);

/**
 * A text for unknown recipients of all domains, with an entry for each in the activity log: the first, which gives most
 * of them new rows in the mail servers' file, and another.
 */
export async function measureBulk(engine: EngineName): Promise<readonly Result[]> {
  const installation = await createInstallation(engine, size);
  const app = await openApp(installation.config);
  await app.maps.rebuild();
  const peer = await timed([process.pid, ...installation.databasePids], () =>
    changeOneByOne(app.db, rowByRow),
  );
  const file = join(installation.folder, 'pause');
  const panel = await startPanel(installation, watchingArguments(file));
  const job = await measureJobs(app, installation, { ...panel, file });
  await panel.stop();
  await app.close();
  const peerMs = peer.cpuMs * (size.domains / rowByRow);
  say(
    tableOf(
      [`${size.domains} domains on ${engine}`, 'processor ms', 'ms'],
      [
        ...job.bare.map((each) => ['one UPDATE and one INSERT … SELECT', ...shown(each)]),
        ['row by row, a transaction each (extrapolated)', peerMs.toFixed(0), ''],
        ['preview, complete', '', job.countedMs.toFixed(0)],
        ['the first text as a job, the mail servers’ file included', ...shown(job.first)],
        ['another text', ...shown(job.another)],
        ['longest pause of the event loop under load, no job', '', job.idlePauseMs.toFixed(0)],
      ],
    ),
  );
  // The log grows, and what an entry costs with it: half way between two is what the job had to do.
  const [before = 0, between = 0, after = 0] = job.bare.map(({ cpuMs }) => cpuMs);
  const first = job.first.cpuMs / ((before + between) / 2);
  const another = job.another.cpuMs / ((between + after) / 2);
  return [
    atMost('the first text beside one UPDATE and one INSERT … SELECT', first, 2, '×'),
    atMost('another text beside one UPDATE and one INSERT … SELECT', another, 2, '×'),
    atLeast('one row, one transaction beside it', peerMs / job.another.cpuMs, 5, '×'),
    atMost('preview to its first page', job.firstMs, 1000, 'ms'),
    atMost('the panel’s memory', job.megabytes, 250, 'MB'),
    atLeast('pages meanwhile: requests/s, of those without', job.pages, 0.75, '×'),
    atMost('longest pause of the event loop', job.alonePauseMs, 50, 'ms'),
    atMost('longest pause of the event loop while pages are read', job.busyPauseMs, 50, 'ms'),
  ].map((each) => ({ ...each, metric: `${engine}: bulk, ${each.metric}` }));
}

interface WatchedPanel extends Target {
  /** Where it writes the longest pause of its event loop. */
  readonly file: string;
}

interface MeasuredJobs {
  /** Before, between and after the first two jobs. */
  readonly bare: readonly Timed[];
  readonly firstMs: number;
  readonly countedMs: number;
  readonly first: Timed;
  readonly another: Timed;
  readonly megabytes: number;
  readonly pages: number;
  readonly idlePauseMs: number;
  readonly alonePauseMs: number;
  readonly busyPauseMs: number;
}

/** Applies previews in an idle panel, and another in one that answers requests. */
async function measureJobs(
  app: App,
  installation: Installation,
  { pid, port, file }: WatchedPanel,
): Promise<MeasuredJobs> {
  const paths = ['/domains', '/domains?before=end', '/accounts'];
  const headers = { cookie: installation.cookie };
  const requests = async (): Promise<number> =>
    (await burst({ port, pids: [pid], paths, headers }, burstMs)).requestsPerSecond;
  const pids = [pid, ...installation.databasePids];
  const bare = [await timedBare(app, installation)];
  await requests();
  await longestPauseMs(pid, file);
  const idle: number[] = [];
  while (idle.length < idleBursts) {
    idle.push(await requests());
  }
  const idlePauseMs = await longestPauseMs(pid, file);
  const memory = watchMemory(pid);
  const { id, ...times } = await preview(app, 'Nobody here.');
  const first = await timed(pids, () => applied(app, id));
  bare.push(await timedBare(app, installation));
  const other = await preview(app, 'Nobody there.');
  await longestPauseMs(pid, file);
  const another = await timed(pids, () => applied(app, other.id));
  const alonePauseMs = await longestPauseMs(pid, file);
  bare.push(await timedBare(app, installation));
  const again = await preview(app, 'Nobody anywhere.');
  await longestPauseMs(pid, file);
  const busy: number[] = [];
  const over = new AbortController();
  const job = applied(app, again.id).finally(() => over.abort());
  while (!over.signal.aborted) {
    busy.push(await requests());
  }
  await job;
  return {
    ...times,
    bare,
    first,
    another,
    megabytes: memory.stop(),
    pages: median(busy) / median(idle),
    idlePauseMs,
    alonePauseMs,
    busyPauseMs: await longestPauseMs(pid, file),
  };
}

interface Previewed {
  readonly id: number;
  readonly firstMs: number;
  readonly countedMs: number;
}

async function preview({ features, manifest }: App, rejectText: string): Promise<Previewed> {
  const viewer = operator(manifest.permissions);
  const { previews, onDomains } = features;
  const { table, actions } = await onDomains();
  const action = actions.find(({ key }) => key === 'unknown');
  if (action === undefined) {
    throw new Error('There is no action.');
  }
  const began = performance.now();
  const selection = await previews.matching(
    viewer,
    { table, action },
    { query: '?', parent: undefined },
  );
  const wanted = { policy: { key: 'reject', texts: { rejectText } } };
  const asking = { wanted, selection, list: '/domains' };
  const id = await previews.create(viewer, { table, action }, asking);
  await previews.show(viewer, id);
  const firstMs = performance.now() - began;
  await previews.whole(viewer, id);
  return { id, firstMs, countedMs: performance.now() - began };
}

/** Leaves it to the panel. */
async function applied({ features, manifest }: App, id: number): Promise<void> {
  const viewer = operator(manifest.permissions);
  const job = await features.previews.start(viewer, id);
  for (;;) {
    await sleep(50);
    const { state, result } = await features.jobs.find(viewer, job);
    if (state === 'done' && result.changed === size.domains) {
      return;
    }
    if (state !== 'queued' && state !== 'running') {
      throw new Error(`${state}: ${JSON.stringify(result)}`);
    }
  }
}

interface Timed {
  readonly cpuMs: number;
  readonly ms: number;
}

async function timedBare({ db }: App, { databasePids }: Installation): Promise<Timed> {
  return await timed([process.pid, ...databasePids], () => changeAll(db));
}

/** With the processor time of these processes: on a machine with other work, the clock says little. */
async function timed(pids: readonly number[], work: () => Promise<void>): Promise<Timed> {
  const began = performance.now();
  const before = cpuMicroseconds(pids);
  await work();
  return { cpuMs: (cpuMicroseconds(pids) - before) / 1000, ms: performance.now() - began };
}

function shown({ cpuMs, ms }: Timed): readonly [cpu: string, clock: string] {
  return [cpuMs.toFixed(0), ms.toFixed(0)];
}

function watchMemory(pid: number): { stop(): number } {
  let most = 0;
  const timer = setInterval(() => (most = Math.max(most, residentMegabytes(pid))), 20);
  return {
    stop() {
      clearInterval(timer);
      return most;
    },
  };
}
