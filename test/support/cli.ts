import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { programFolder } from '../../plugin/paths.js';

export interface CliResult {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

/** Runs `relais` as it is installed, as a process of its own, in English. */
export async function relais(dataFolder: string, ...args: readonly string[]): Promise<CliResult> {
  build();
  const child = spawn(
    process.execPath,
    [join(programFolder, 'dist', 'plugin', 'cli.js'), ...args],
    { env: { ...process.env, RELAIS_DATA: dataFolder, LC_ALL: 'C.UTF-8' } },
  );
  const out = textOf(child.stdout);
  const errors = textOf(child.stderr);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out: await out, errors: await errors };
}

let isBuilt = false;

function build(): void {
  if (!isBuilt) {
    const compiler = join(programFolder, 'node_modules', 'typescript', 'bin', 'tsc');
    execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: programFolder });
    isBuilt = true;
  }
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
  }
  return text;
}
