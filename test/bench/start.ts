import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '../../plugin/config.js';
import { freePort, startProcess, temporaryFolder } from '../support/processes.js';
import { type Installation, environment, startArguments, startPanel } from './installation.js';
import { burst } from './load.js';
import { measuredPages } from './measured-pages.js';
import { sized } from './options.js';
import { residentMegabytes } from './process-tree.js';
import { type Result, atMost, median } from './result.js';

const starts = sized(5, 1);
const mostSeconds = 1.5;
const mostMegabytes = 150;
const pauseMs = 5000;
const loadMs = sized(6000, 1000);

/** Time from the start to the first answer, on an empty and on a filled database. */
export async function measureStart(large: Installation): Promise<readonly Result[]> {
  const first: StartTimes[] = [];
  const later: StartTimes[] = [];
  for (let start = 0; start < starts; start += 1) {
    const folder = temporaryFolder('bench-start');
    first.push(await timeStart(readConfig({ data: join(folder, 'data') }, environment), folder));
    later.push(await timeStart(large.config, large.folder));
  }
  return [
    ...resultsOf(first, 'empty database'),
    ...resultsOf(later, `${large.size.domains.toLocaleString('en')} domains`),
  ];
}

function resultsOf(times: readonly StartTimes[], database: string): readonly Result[] {
  const [health, page] = [times.map((each) => each.healthMs), times.map((each) => each.pageMs)];
  return [
    seconds(`the first answer, ${database}`, health),
    seconds(`the sign-in page, ${database}`, page),
  ];
}

/** The idle panel's memory, after the start and after a load. */
export async function measureMemory(large: Installation): Promise<readonly Result[]> {
  const panel = await startPanel(large);
  await sleep(pauseMs);
  const before = residentMegabytes(panel.pid);
  const paths = measuredPages(large.size).flatMap((page) => page.paths);
  const headers = { cookie: large.cookie, 'accept-encoding': 'gzip' };
  await burst({ port: panel.port, pids: [panel.pid], paths, headers }, loadMs);
  await sleep(pauseMs);
  const after = residentMegabytes(panel.pid);
  await panel.stop();
  return [
    atMost('resident memory, idle after the start', before, mostMegabytes, 'MB'),
    atMost('resident memory, idle after load', after, mostMegabytes, 'MB'),
  ];
}

function seconds(name: string, times: readonly number[]): Result {
  return atMost(`start of the process to ${name}`, median(times) / 1000, mostSeconds, 's');
}

interface StartTimes {
  readonly healthMs: number;
  readonly pageMs: number;
}

async function timeStart(config: Installation['config'], folder: string): Promise<StartTimes> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let healthMs = 0;
  const start = performance.now();
  const panel = await startProcess({
    name: 'Relais',
    command: process.execPath,
    args: startArguments(config, port),
    logFile: join(folder, 'start.log'),
    env: { ...process.env, ...environment },
    async isReady() {
      const isUp = await answers(`${url}/healthz`);
      healthMs = performance.now() - start;
      return isUp;
    },
  });
  const hasPage = await answers(`${url}/sign-in`);
  const pageMs = performance.now() - start;
  await panel.stop();
  if (!hasPage) {
    throw new Error('The sign-in page does not answer.');
  }
  return { healthMs, pageMs };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.text();
    return response.status === 200;
  } catch {
    return false;
  }
}
