import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { missingPackages } from '../support/packages.js';
import { say } from './report.js';

/** Installs the missing Debian packages, or exits with their names. */
export function installPackages(): void {
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
