import type { CliResult } from './cli.js';

/** A command's effects on its process, captured. */
export interface CapturedOutput {
  result(): CliResult;
  restore(): void;
}

/** Thrown where a command exits, so that no later code runs. */
class Exit extends Error {}

/** Sets another environment, and captures output and exit code until it is restored. */
export function captureOutput(env: NodeJS.ProcessEnv): CapturedOutput {
  const real = { env: process.env, exit: process.exit.bind(process), exitCode: process.exitCode };
  const [out, errors] = [captureStream(process.stdout), captureStream(process.stderr)];
  let exited: CliResult | undefined;
  process.env = env;
  process.exitCode = undefined;
  process.exit = (code) => {
    exited ??= {
      code: Number(code ?? process.exitCode ?? 0),
      out: out.text(),
      errors: errors.text(),
    };
    throw new Exit();
  };
  return {
    result: () =>
      exited ?? { code: Number(process.exitCode ?? 0), out: out.text(), errors: errors.text() },
    restore() {
      Object.assign(process, real);
      out.restore();
      errors.restore();
    },
  };
}

function captureStream(stream: NodeJS.WriteStream): { text(): string; restore(): void } {
  const write = stream.write.bind(stream);
  let text = '';
  stream.write = (chunk: string | Uint8Array) => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    return true;
  };
  return { text: () => text, restore: () => (stream.write = write) };
}
