import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';
import { missingPackages } from './support/packages.js';

/**
 * `npm test` and, with `--unit`, `npm run test:unit`: what needs nothing but Node. Files named `*.live.test.ts` start
 * mail servers or a browser. Other arguments narrow the run to files whose path has one of them.
 */
const args = process.argv.slice(2);
const isUnit = args.includes('--unit');
const narrowed = args.filter((arg) => !arg.startsWith('--'));

if (isUnit) {
  process.env['RELAIS_TEST_ENGINES'] = 'sqlite';
} else {
  installPackages();
}
await run();

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

async function run(): Promise<void> {
  const mocha = new Mocha({ reporter: 'spec', timeout: 60_000, forbidOnly: true });
  for (const file of testFiles()) {
    mocha.addFile(file);
  }
  await mocha.loadFilesAsync();
  const runner = mocha.run((failures) => {
    const { passes = 0, pending = 0 } = runner.stats ?? {};
    say(`${passes} passed, ${failures + pending} failed`);
    process.exit(failures + pending > 0 || passes === 0 ? 1 : 0);
  });
}

function testFiles(): string[] {
  return readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .filter((file) => !(isUnit && file.endsWith('.live.test.ts')))
    .filter((file) => narrowed.length === 0 || narrowed.some((part) => file.includes(part)))
    .map((file) => join(process.cwd(), 'test', file))
    .toSorted();
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
