import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import Mocha from 'mocha';
import { missingPackages } from './support/packages.js';

/**
 * `npm test` and, with `--unit`, `npm run test:unit`: what needs nothing but Node. Files named `*.live.test.ts` start
 * mail servers or a browser. Other arguments narrow the run to files whose path has one of them.
 *
 * There are two lanes beside each other, each a process with servers of its own, for tests wait more than they work.
 */
const args = process.argv.slice(2);
const isUnit = args.includes('--unit');
const narrowed = args.filter((arg) => !arg.startsWith('--'));

/** Folders whose tests see the program as people do. */
const outside = ['browser/', 'commands/', 'process/'];
const lanes = ['outside', 'inside'] as const;
type Lane = (typeof lanes)[number];
const longestOutput = 64 * 1024 * 1024;
/** Ends a test that hangs. A machine that is busy with others does not reach it. */
const longestTestMs = 10 * 60_000;
const ownLane = lanes.find((lane) => args.includes(`--${lane}`));

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  /** What did not pass and how, to be read where the output ends. */
  readonly complaints: readonly string[];
}

if (isUnit) {
  process.env['RELAIS_TEST_ENGINES'] = 'sqlite';
}
if (ownLane === undefined) {
  if (!isUnit) {
    installPackages();
  }
  await runLanes();
} else {
  await runFiles(ownLane);
}

/** What the second lane prints waits until the first has ended. */
async function runLanes(): Promise<void> {
  const started = lanes.filter((lane) => testFiles(lane).length > 0).map(startLane);
  const outcomes: Outcome[] = [];
  for (const shown of started) {
    outcomes.push(await shown());
  }
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  outcomes.flatMap((outcome) => outcome.complaints).forEach(say);
  say(`${passed} passed, ${failed} failed`);
  process.exit(failed > 0 || passed === 0 ? 1 : 0);
}

/** @returns what shows its output and waits for its end. One that ends without a word has failed. */
function startLane(lane: Lane): () => Promise<Outcome> {
  const child = fork(fileURLToPath(import.meta.url), [...args, `--${lane}`], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const ended = once(child, 'close');
  const output = new PassThrough({ highWaterMark: longestOutput });
  child.stdout?.pipe(output);
  let outcome: Outcome = {
    passed: 0,
    failed: 1,
    complaints: [`The lane "${lane}" ended without a word.`],
  };
  child.on('message', (said) => (outcome = said as Outcome));
  return async () => {
    output.pipe(process.stdout, { end: false });
    await Promise.all([ended, once(output, 'end')]);
    return outcome;
  };
}

function installPackages(): void {
  const packages = missingPackages();
  if (packages.length === 0) {
    return;
  }
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    say(`Missing Debian packages: ${packages.join(' ')}.`);
    say('Without them the suites *.live.test.ts (mail servers, browser) and MariaDB cannot run.');
    say('As root on Debian, `npm test` installs them; `npm run test:unit` needs Node alone.');
    process.exit(1);
  }
  say(`Installing Debian packages: ${packages.join(' ')}`);
  withoutStartingServices(() => {
    apt('update');
    apt('install', '--yes', '--no-install-recommends', ...packages);
  });
}

function apt(...command: readonly string[]): void {
  execFileSync('apt-get', ['-qq', ...command], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

/** A package's scripts ask this file whether they may start its service; 101 says no (invoke-rc.d(8)). */
function withoutStartingServices(work: () => void): void {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) {
    work();
    return;
  }
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    work();
  } finally {
    rmSync(policy);
  }
}

async function runFiles(lane: Lane): Promise<void> {
  process.once('disconnect', () => process.exit(1));
  const mocha = new Mocha({ reporter: 'spec', timeout: longestTestMs, forbidOnly: true });
  for (const file of testFiles(lane)) {
    mocha.addFile(file);
  }
  await mocha.loadFilesAsync();
  const complaints: string[] = [];
  const runner = mocha.run((failed) => {
    const { passes = 0, pending = 0 } = runner.stats ?? {};
    const outcome: Outcome = { passed: passes, failed: failed + pending, complaints };
    process.send?.(outcome, () => process.exit());
  });
  runner.on('fail', (test, error: Error) =>
    complaints.push(`Failed: ${test.fullTitle()}\n${error.stack ?? error.message}\n`),
  );
  runner.on('pending', (test) => complaints.push(`Skipped: ${test.fullTitle()}\n`));
}

function testFiles(lane: Lane): string[] {
  return readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .filter((file) => !(isUnit && file.endsWith('.live.test.ts')))
    .filter((file) => narrowed.length === 0 || narrowed.some((part) => file.includes(part)))
    .filter((file) => isOutside(file) === (lane === 'outside'))
    .map((file) => join(process.cwd(), 'test', file))
    .toSorted();
}

function isOutside(file: string): boolean {
  return outside.some((folder) => file.startsWith(folder));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
