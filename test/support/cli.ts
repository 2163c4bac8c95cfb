import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { programFolder } from '../../plugin/runtime/paths.js';
import { runCommand } from '../../plugin/commands/run.js';
import { createProgram } from '../../plugin/commands/program.js';
import { captureOutput } from './capture-output.js';
import { until } from './processes.js';

export interface CliResult {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

/** Runs `relais` in this process, in English: starting a process takes longer than most commands. */
export async function relais(dataFolder: string, ...args: readonly string[]): Promise<CliResult> {
  const output = captureOutput(inEnglish({ RELAIS_DATA: dataFolder }));
  try {
    await runCommand(createProgram(), [process.execPath, 'relais', ...args]);
    return output.result();
  } finally {
    output.restore();
  }
}

/** Runs the built `relais` in a process, in English. */
export async function spawnRelais(
  dataFolder: string,
  ...args: readonly string[]
): Promise<CliResult> {
  const child = start(args, { RELAIS_DATA: dataFolder });
  const [out, errors] = [gather(child.stdout), gather(child.stderr)];
  await once(child, 'close');
  return { code: child.exitCode, out: out(), errors: errors() };
}

export interface RunningCli {
  /** Its output so far. */
  readonly out: () => string;
  /** @param signal SIGTERM by default. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<void>;
}

/** Starts a long-running command and waits until its output matches. */
export async function startRelais(
  ready: RegExp,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<RunningCli> {
  const child = start(args, env);
  const [out, errors] = [gather(child.stdout), gather(child.stderr)];
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  await until(() => hasEnded() || ready.test(out()));
  if (!ready.test(out())) {
    child.kill('SIGKILL');
    throw new Error(`relais ${args.join(' ')} did not start.\n${errors()}`);
  }
  return {
    out,
    async stop(signal = 'SIGTERM') {
      if (!hasEnded()) {
        child.kill(signal);
        await once(child, 'close');
      }
    },
  };
}

function start(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [join(programFolder, 'dist', 'plugin', 'cli.js'), ...args], {
    env: inEnglish(env),
  });
}

function inEnglish(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: 'C.UTF-8', ...env };
}

function gather(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk) => (text += String(chunk)));
  return () => text;
}
