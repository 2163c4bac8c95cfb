import { join } from 'node:path';
import { programFolder } from '../../plugin/runtime/paths.js';
import { runCommand } from '../../plugin/commands/run.js';
import { createProgram } from '../../plugin/commands/program.js';
import { captureOutput } from './capture-output.js';
import { Child } from './child.js';

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
  const code = await child.ended;
  return { code, out: child.out, errors: child.errors };
}

/** Starts a long-running command and waits until its output matches. */
export async function startRelais(
  ready: RegExp,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Child> {
  const child = start(args, env);
  await child.prints(ready);
  return child;
}

function start(args: readonly string[], env: Readonly<Record<string, string>>): Child {
  const cli = join(programFolder, 'dist', 'plugin', 'cli.js');
  return new Child(process.execPath, [cli, ...args], { env: inEnglish(env) });
}

function inEnglish(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: 'C.UTF-8', ...env };
}
