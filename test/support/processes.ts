import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

export interface StartedProcess {
  readonly pid: number;
  /** Ends the process and all that it started; resolves when they are gone. */
  stop(): Promise<void>;
}

export interface ProcessOptions {
  /** Its name in errors. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Receives its output. */
  readonly logFile: string;
  /** Whether it is ready; polled until it is. */
  readonly isReady: () => Promise<boolean>;
  readonly env?: NodeJS.ProcessEnv;
}

const groups = new Set<number>();

/**
 * Starts a server that stays in the foreground, in a process group of its own, and waits until it is ready. It
 * ends with this process, however this process ends.
 */
export async function startProcess(options: ProcessOptions): Promise<StartedProcess> {
  const log = openSync(options.logFile, 'a');
  const child = spawn(options.command, options.args, {
    detached: true,
    stdio: ['ignore', log, log],
    ...(options.env && { env: options.env }),
  });
  closeSync(log);
  child.unref();
  const { pid } = child;
  if (pid === undefined) {
    throw new Error(`${options.name} cannot be started: ${options.command}`);
  }
  groups.add(pid);
  tellWatchdog(`started ${pid}`);

  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const isUp = await within(async () => hasEnded() || (await options.isReady()), longestWaitMs);
  if (!isUp || hasEnded()) {
    await stopGroup(pid);
    throw new Error(
      `${options.name} did not start.\n${readFileSync(options.logFile, 'utf8').slice(-4000)}`,
    );
  }
  return { pid, stop: () => stopGroup(pid) };
}

/** A folder that other users can traverse, deleted after the run. */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `relais-${name}-`));
  chmodSync(folder, 0o755);
  tellWatchdog(`made ${folder}`);
  return folder;
}

/**
 * A file system in memory, removed after the run. Needs root.
 *
 * @returns a function that removes it.
 */
export function mountMemory(folder: string, megabytes: number): () => void {
  const options = `size=${megabytes}m,mode=0755`;
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'relais', folder]);
  tellWatchdog(`mounted ${folder}`);
  return () => {
    execFileSync('umount', ['--lazy', folder]);
    tellWatchdog(`unmounted ${folder}`);
  };
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Process groups that were started and not stopped yet. */
export function startedProcesses(): readonly number[] {
  return [...groups];
}

export async function isListening(
  target: { host: string; port: number } | { path: string },
): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = createConnection(target);
    const answer = (listening: boolean) => (): void => {
      socket.destroy();
      resolve(listening);
    };
    socket.once('connect', answer(true));
    socket.once('error', answer(false));
  });
}

export async function freePort(host = '127.0.0.1'): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  });
}

/** A longer wait would be in vain, however busy the machine is. Mocha's limit is twice as long. */
export const longestWaitMs = 5 * 60_000;

/**
 * Polls every 20 ms until the condition holds.
 *
 * @throws {Error} after `longestWaitMs`.
 */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  if (!(await within(condition, longestWaitMs))) {
    throw new Error(`Waited in vain for ${String(condition)}`);
  }
}

async function within(
  condition: () => Promise<boolean> | boolean,
  timeoutMs: number,
): Promise<boolean> {
  const end = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > end) {
      return false;
    }
    await sleep(20);
  }
  return true;
}

async function stopGroup(pid: number): Promise<void> {
  signalGroup(pid, 'SIGTERM');
  if (!(await within(() => !isAlive(pid), 2000))) {
    signalGroup(pid, 'SIGKILL');
    await until(() => !isAlive(pid));
  }
  groups.delete(pid);
  tellWatchdog(`ended ${pid}`);
}

function isAlive(group: number): boolean {
  return signalGroup(group, 0);
}

function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * Outlives this process, even when that is killed: it reads from it until the end, then removes what is left.
 */
const watchdogScript = `
while read -r verb what; do
  case $verb in
    started) groups="$groups $what " ;;
    ended) groups=$(printf %s "$groups" | sed "s/ $what / /") ;;
    made) folders="$folders $what" ;;
    mounted) mounted="$mounted $what" ;;
    unmounted) mounted=$(printf %s "$mounted" | sed "s# $what##") ;;
  esac
done
for group in $groups; do kill -9 "-$group"; done
for folder in $mounted; do umount --lazy "$folder"; done
rm -rf $folders
`;

let watchdog: Writable | undefined;

function tellWatchdog(line: string): void {
  watchdog ??= startWatchdog();
  watchdog.write(`${line}\n`);
}

function startWatchdog(): Writable {
  const child = spawn('sh', ['-c', watchdogScript], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  (child.stdin as Socket).unref();
  return child.stdin;
}
